// Where OpenPGP signatures are kept.

/** The entry of a commit's detached metadata, and of `summary.sig`. */
export const GPG_SIGNATURES_KEY = 'ostree.gpgsigs'
