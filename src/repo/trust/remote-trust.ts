// What a remote's config demands of commits and summaries before they are taken in. Facts: spec/signatures.md#remotes

import { OstreeError, prefixed } from '../../errors.ts'
import { type Checksum, checksumFromBytes } from '../../objects/checksum.ts'
import type { Metadata } from '../../objects/commit.ts'
import { GPG_SIGNATURES_KEY } from '../../sign/openpgp/signatures-key.ts'
import type { SignatureReport, Verifier } from '../../sign/types.ts'
import { remoteBooleanOption } from '../config/remotes.ts'
import type { Repo } from '../repo.ts'
import { checkChecksum } from '../store/write-object.ts'
import { decodeSignatureFile, signaturesIn } from './detached-metadata.ts'
import { gpgVerifier } from './gpg-verifier.ts'
import { requireAnyValid, signVerifiers } from './sign-verifiers.ts'

export interface RemoteTrustOptions {
  /** Overrides `gpg-verify`. Without a remote's name it can only be `false`, which then is the default. */
  readonly gpgVerify?: boolean | undefined
  /** Overrides `gpg-verify-summary`, likewise. */
  readonly gpgVerifySummary?: boolean | undefined
  /** `false` leaves `sign-verify` aside. */
  readonly signVerify?: boolean | undefined
  /** `false` leaves `sign-verify-summary` aside. */
  readonly signVerifySummary?: boolean | undefined
  /** Told of each commit's OpenPGP signatures before they are judged, so also of those that will be refused. */
  readonly onGpgReports?: ((commit: Checksum, reports: readonly SignatureReport[]) => void) | undefined
}

export interface Demands {
  readonly gpg: boolean
  /** ed25519, spki or dummy: what the reference calls the signapi. */
  readonly sign: boolean
}

export interface CommitToVerify {
  readonly checksum: Checksum
  readonly commitBytes: Uint8Array
  readonly detachedMetadata: Metadata | undefined
  /** Another remote whose keyring counts for OpenPGP: that of the collection that a ref belongs to. */
  readonly keyringRemote?: string | undefined
  /** The commit lies in the repository already, from an earlier pull: the reference words its refusal otherwise. */
  readonly isStored?: boolean
}

/** What spoke for a commit; `null` where nothing was demanded. */
export interface CommitVerification {
  readonly gpgReports: readonly SignatureReport[] | null
  /** `ed25519: Signature verified successfully with key '…'`, say. */
  readonly signMessage: string | null
}

export interface SummaryToVerify {
  /** `undefined` where the remote has none. */
  readonly summaryBytes: Uint8Array | undefined
  /** The bytes of `summary.sig`; `undefined` where the remote has none. */
  readonly signatureBytes: Uint8Array | undefined
  /** Who asks; the two have different words for what is missing. Default `pull`. */
  readonly asking?: 'pull' | 'summary'
}

export interface RemoteTrust {
  readonly ofCommits: Demands
  readonly ofSummaries: Demands
  /**
   * Passes a commit that has every kind of signature that is demanded. The bytes are hashed, so that nothing is verified
   * under another name; a commit that has passed is not looked at again.
   * @throws {@link OstreeError} `UNTRUSTED`, or `CHECKSUM_MISMATCH`.
   */
  verifyCommit(commit: CommitToVerify): Promise<CommitVerification>
  /**
   * Passes a summary with every kind of signature that is demanded; without demands, any summary and none. Whoever has
   * a cached summary asks again with a fresh one when this throws.
   * @throws {@link OstreeError} `UNTRUSTED`
   */
  verifySummary(summary: SummaryToVerify): Promise<void>
}

/**
 * Reads what the remote demands, and its keys.
 * @param remoteName - `null`, or a `file://` URL, for a source that is no configured remote: by default it has to prove
 * nothing.
 * @throws {@link OstreeError} for a remote that is unknown, or demands what cannot be verified for want of keys.
 */
export async function remoteTrust(
  repo: Repo,
  remoteName: string | null,
  options: RemoteTrustOptions = {},
): Promise<RemoteTrust> {
  const { gpgVerify, gpgVerifySummary, signVerify = true, signVerifySummary = true, onGpgReports } = options
  const configured = remoteName !== null && !remoteName.startsWith('file://')
  const gpg = {
    commits: gpgVerify ?? (configured && remoteBooleanOption(repo, remoteName, 'gpg-verify', true)),
    summaries: gpgVerifySummary ?? (configured && remoteBooleanOption(repo, remoteName, 'gpg-verify-summary', false)),
  }
  if (remoteName === null && (gpg.commits || gpg.summaries)) {
    throw new OstreeError('FAILED', { reason: 'Must specify remote name to enable gpg verification' })
  }
  const signs = configured && (signVerify || signVerifySummary)
  const ofCommits = signs ? await signVerifiers(repo, remoteName, 'sign-verify') : null
  const ofSummaries = signs ? await signVerifiers(repo, remoteName, 'sign-verify-summary') : null
  const keyrings = new Keyrings(repo, remoteName)
  return new ConfiguredTrust(repo, {
    commits: { gpg: gpg.commits ? keyrings : null, sign: signVerify ? ofCommits : null },
    summaries: { gpg: gpg.summaries ? keyrings : null, sign: signVerifySummary ? ofSummaries : null },
    onGpgReports,
  })
}

/** OpenPGP verifiers by remote, each read once and only when something is to be verified. */
class Keyrings {
  readonly #repo: Repo
  readonly #remoteName: string | null
  readonly #verifiers = new Map<string, Promise<Verifier>>()
  constructor(repo: Repo, remoteName: string | null) {
    this.#repo = repo
    this.#remoteName = remoteName
  }

  of(keyringRemote: string | undefined): Promise<Verifier> {
    const name = keyringRemote ?? this.#remoteName ?? ''
    const known = this.#verifiers.get(name) ?? gpgVerifier(this.#repo, name)
    this.#verifiers.set(name, known)
    return known
  }
}

interface Verifiers {
  readonly gpg: Keyrings | null
  readonly sign: Awaited<ReturnType<typeof signVerifiers>>
}

class ConfiguredTrust implements RemoteTrust {
  readonly #repo: Repo
  readonly #commits: Verifiers
  readonly #summaries: Verifiers
  readonly #onGpgReports: RemoteTrustOptions['onGpgReports']
  readonly #verified = new Map<Checksum, CommitVerification>()

  constructor(
    repo: Repo,
    parts: {
      readonly commits: Verifiers
      readonly summaries: Verifiers
      readonly onGpgReports: RemoteTrustOptions['onGpgReports']
    },
  ) {
    this.#repo = repo
    this.#commits = parts.commits
    this.#summaries = parts.summaries
    this.#onGpgReports = parts.onGpgReports
  }

  get ofCommits(): Demands {
    return demandsOf(this.#commits)
  }

  get ofSummaries(): Demands {
    return demandsOf(this.#summaries)
  }

  async verifyCommit(commit: CommitToVerify): Promise<CommitVerification> {
    const known = this.#verified.get(commit.checksum)
    if (known !== undefined) return known
    const { gpg, sign } = this.#commits
    if (gpg !== null || sign !== null) {
      checkChecksum('commit', commit.checksum, checksumFromBytes(this.#repo.platform.sha256Once(commit.commitBytes)))
    }
    const verification = {
      gpgReports: gpg === null ? null : await this.#verifyCommitByGpg(gpg, commit),
      signMessage: sign === null ? null : await verifyCommitBySign(sign, commit),
    }
    this.#verified.set(commit.checksum, verification)
    return verification
  }

  async #verifyCommitByGpg(keyrings: Keyrings, commit: CommitToVerify): Promise<readonly SignatureReport[]> {
    try {
      const reports = await gpgReports(keyrings, commit.commitBytes, commit.detachedMetadata, commit.keyringRemote)
      this.#onGpgReports?.(commit.checksum, reports)
      requireGpgValid(reports)
      return reports
    } catch (error) {
      throw prefixed(error, `Commit ${commit.checksum}`)
    }
  }

  async verifySummary({ summaryBytes, signatureBytes, asking = 'pull' }: SummaryToVerify): Promise<void> {
    const { gpg, sign } = this.#summaries
    const words = MISSING[asking]
    if (gpg !== null) {
      if (summaryBytes === undefined) throw untrusted(words.gpgSummary)
      if (signatureBytes === undefined) throw untrusted(words.gpgSignature)
      requireGpgValid(await gpgReports(gpg, summaryBytes, decodeSignatureFile(signatureBytes), undefined))
    }
    if (sign !== null) {
      if (summaryBytes === undefined && words.signSummary !== null) throw untrusted(words.signSummary)
      if (signatureBytes === undefined) throw untrusted(words.signSignature)
      if (summaryBytes === undefined) return
      await requireAnyValid(sign, summaryBytes, decodeSignatureFile(signatureBytes))
    }
  }
}

function demandsOf({ gpg, sign }: Verifiers): Demands {
  return { gpg: gpg !== null, sign: sign !== null }
}

async function verifyCommitBySign(
  verifiers: NonNullable<Verifiers['sign']>,
  { checksum, commitBytes, detachedMetadata, isStored = false }: CommitToVerify,
): Promise<string> {
  if (!isStored) {
    if (detachedMetadata === undefined) throw untrusted("Can't verify commit without detached metadata")
    try {
      return await requireAnyValid(verifiers, commitBytes, detachedMetadata)
    } catch (error) {
      throw prefixed(error, "Can't verify commit")
    }
  }
  let firstError: unknown
  for (const verifier of verifiers) {
    try {
      return await verifier.requireValid(commitBytes, signaturesIn(detachedMetadata, verifier.metadataKey))
    } catch (error) {
      firstError ??= error
    }
  }
  throw prefixed(firstError, `Can't verify commit ${checksum}`)
}

async function gpgReports(
  keyrings: Keyrings,
  data: Uint8Array,
  metadata: Metadata | undefined,
  keyringRemote: string | undefined,
): Promise<readonly SignatureReport[]> {
  const signatures = signaturesIn(metadata, GPG_SIGNATURES_KEY)
  if (signatures === undefined) {
    throw untrusted(
      'GPG verification enabled, but no signatures found (use gpg-verify=false in remote config to disable)',
    )
  }
  return (await keyrings.of(keyringRemote)).verify(data, signatures)
}

/** Where all are refused, the newest comes first in the error. */
function requireGpgValid(reports: readonly SignatureReport[]): void {
  if (reports.some(({ valid }) => valid)) return
  const messages = reports.map(({ message }) => message).reverse()
  throw untrusted(messages.length === 0 ? 'No GPG signatures found' : messages.join('\n').trimEnd())
}

const MISSING = {
  pull: {
    gpgSummary:
      'GPG verification enabled, but no summary found (use gpg-verify-summary=false in remote config to disable)',
    gpgSignature:
      'GPG verification enabled, but no summary.sig found (use gpg-verify-summary=false in remote config to disable)',
    signSummary: null, // a pull can do without; it then takes nothing from one
    signSignature:
      'Signatures verification enabled, but no summary.sig found (use sign-verify-summary=false in remote config to disable)',
  },
  summary: {
    gpgSummary:
      'GPG verification enabled, but no summary found (check that the configured URL in remote config is correct)',
    gpgSignature:
      'GPG verification enabled, but no summary signatures found (use gpg-verify-summary=false in remote config to disable)',
    signSummary:
      'Signature verification enabled, but no summary found (check that the configured URL in remote config is correct)',
    signSignature:
      'Signature verification enabled, but no summary signatures found (use sign-verify-summary=false in remote config to disable)',
  },
} as const

function untrusted(reason: string): OstreeError {
  return new OstreeError('UNTRUSTED', { reason })
}
