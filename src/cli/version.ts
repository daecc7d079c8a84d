// What `--version` prints: the reference's block, with the features that work here, and who is speaking.

/** The version of the reference that commands, texts and formats follow. */
export const REFERENCE_VERSION = '2026.4'

/** This package's version, as in package.json. */
export const PACKAGE_VERSION = '0.1.0'

/** In the reference's words and order. Scripts choose what they do by these, so only what works is listed. */
export const FEATURES = ['inode64', 'gpgme', 'libarchive', 'selinux', 'sign-ed25519', 'sign-spki', 'release'] as const

export function versionText(): string {
  const features = FEATURES.map((feature) => `  - ${feature}\n`).join('')
  return `libostree:\n Version: '${REFERENCE_VERSION}'\n Implementation: 'ostree-ts ${PACKAGE_VERSION}'\n Features:\n${features}`
}
