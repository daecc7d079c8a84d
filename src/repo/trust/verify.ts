// Every signature of a commit, of every kind: by whom, when, good or bad; and whether the commit is to be trusted.
// Facts: spec/signatures.md#verifying

import { isOstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Metadata } from '../../objects/commit.ts'
import { loadKeyFile, systemKeys } from '../../sign/key-files.ts'
import { keyKinds } from '../../sign/key-kinds.ts'
import { KeyVerifier } from '../../sign/key-verifier.ts'
import { GPG_SIGNATURES_KEY } from '../../sign/openpgp/signatures-key.ts'
import type { KeyKind, SignatureReport, SignType, Verifier } from '../../sign/types.ts'
import type { Repo } from '../repo.ts'
import { readSignatures, signaturesIn } from './detached-metadata.ts'
import { openKeyring } from './gpg-keyrings.ts'
import { keyringVerifier } from './gpg-verifier.ts'
import { type Demands, type RemoteTrust, remoteTrust } from './remote-trust.ts'
import { readCommitBytes } from './sign.ts'
import { keyVerifierOf } from './sign-verifiers.ts'

/** Whose word counts. Given keys stand in for everything that is configured. */
export interface TrustSource {
  /** A remote, whose config then also says what is demanded. Without one: what this repository and the system know. */
  readonly remote?: string | undefined
  /** Files of public keys: base64 lines for ed25519, PEM for spki. */
  readonly keyFiles?: readonly string[]
  /** Files of OpenPGP keys, armored or not. */
  readonly keyrings?: readonly string[]
}

export interface CommitSignature extends SignatureReport {
  /** `unknown` for an entry of signatures of a kind that nobody knows here; nothing can be said of those. */
  readonly type: SignType | 'gpg' | 'unknown'
  /** The entry of the detached metadata. */
  readonly metadataKey: string
}

export interface CommitVerdict {
  readonly commit: Checksum
  /** In the order of the detached metadata. */
  readonly signatures: readonly CommitSignature[]
  /** What the remote demands; `null` where no remote was asked. */
  readonly demands: Demands | null
  /** The remote would be believed; without one, or where it demands nothing: one signature at least is good. */
  readonly trusted: boolean
  /** One sentence about why, or why not. */
  readonly reason: string
}

/** Checks commits against one source, whose keys are read once. */
export interface CommitJudge {
  /** @throws {@link OstreeError} only where the commit itself cannot be read. */
  judge(commit: Checksum): Promise<CommitVerdict>
}

/** @throws {@link OstreeError} for a remote that is unknown or cannot be met, and for key files that cannot be read. */
export async function commitJudge(repo: Repo, source: TrustSource = {}): Promise<CommitJudge> {
  const given = (source.keyFiles?.length ?? 0) > 0 || (source.keyrings?.length ?? 0) > 0
  const trust = source.remote === undefined || given ? null : await remoteTrust(repo, source.remote)
  const verifiers = given ? await givenVerifiers(repo, source) : await knownVerifiers(repo, source.remote)
  return { judge: (commit) => judge(repo, commit, verifiers, trust) }
}

interface Verifiers {
  readonly gpg: Verifier
  readonly keys: ReadonlyMap<string, { readonly kind: KeyKind; readonly verifier: Verifier }>
}

async function givenVerifiers(repo: Repo, { keyFiles = [], keyrings = [] }: TrustSource): Promise<Verifiers> {
  const { fs, environment } = repo.platform
  const verifiers = keyKinds(environment).map((kind) => new KeyVerifier(kind))
  for (const path of keyFiles) {
    const name = (await looksLikePem(repo, path)) ? 'spki' : 'ed25519'
    for (const verifier of verifiers) if (verifier.kind.name === name) await loadKeyFile(verifier, fs, path)
  }
  const { importKeys, readKeys } = await import('../../sign/openpgp/import-keys.ts')
  let blocks: Awaited<ReturnType<typeof importKeys>>['blocks'] = []
  for (const path of keyrings) {
    const keys = await readKeys(await fs.readFile(path))
    blocks = (await importKeys(blocks, keys, Math.floor(Date.now() / 1000))).blocks
  }
  return { gpg: await keyringVerifier(repo, { blocks }), keys: byMetadataKey(verifiers) }
}

async function looksLikePem({ platform }: Repo, path: string): Promise<boolean> {
  const bytes = await platform.fs.tryReadFile(path)
  return bytes !== undefined && new TextDecoder().decode(bytes).includes('-----BEGIN ')
}

async function knownVerifiers(repo: Repo, remote: string | undefined): Promise<Verifiers> {
  const { fs, environment } = repo.platform
  const verifiers: KeyVerifier[] = []
  for (const kind of keyKinds(environment)) {
    const system = kind.hasKeyFiles ? systemKeys(fs) : undefined
    verifiers.push(remote === undefined ? new KeyVerifier(kind, system) : await keyVerifierOf(repo, remote, kind))
  }
  const keyring = await openKeyring(repo, { remote: remote ?? 'every remote' })
  return { gpg: await keyringVerifier(repo, keyring), keys: byMetadataKey(verifiers) }
}

function byMetadataKey(verifiers: readonly KeyVerifier[]): Verifiers['keys'] {
  return new Map(verifiers.map((verifier) => [verifier.metadataKey, { kind: verifier.kind, verifier }]))
}

async function judge(
  repo: Repo,
  commit: Checksum,
  verifiers: Verifiers,
  trust: RemoteTrust | null,
): Promise<CommitVerdict> {
  const commitBytes = await readCommitBytes(repo.store, commit)
  const metadata = await readSignatures(repo.store, commit)
  const signatures: CommitSignature[] = []
  for (const [key] of metadata ?? []) signatures.push(...(await reportsOf(verifiers, key, commitBytes, metadata)))
  const demands = trust?.ofCommits ?? null
  if (trust === null || demands === null || (!demands.gpg && !demands.sign)) {
    return { commit, signatures, demands, ...verdictOf(signatures) }
  }
  try {
    await trust.verifyCommit({ checksum: commit, commitBytes, detachedMetadata: metadata })
    const kinds = [...(demands.gpg ? ['OpenPGP'] : []), ...(demands.sign ? ['sign-verify'] : [])].join(' and ')
    return { commit, signatures, demands, trusted: true, reason: `the remote's demands are met: ${kinds}` }
  } catch (error) {
    if (!isOstreeError(error)) throw error
    return { commit, signatures, demands, trusted: false, reason: error.message }
  }
}

/** What can be said of the signatures of one entry; nothing of an entry that keeps none. */
async function reportsOf(
  { gpg, keys }: Verifiers,
  metadataKey: string,
  data: Uint8Array,
  metadata: Metadata | undefined,
): Promise<CommitSignature[]> {
  const known = keys.get(metadataKey)
  const isGpg = metadataKey === GPG_SIGNATURES_KEY
  const signatures = signaturesIn(metadata, metadataKey)
  if (signatures === undefined || !(isGpg || metadataKey.startsWith('ostree.sign.'))) return []
  const type = isGpg ? 'gpg' : (known?.kind.name ?? 'unknown')
  const label = (report: SignatureReport): CommitSignature => ({ type, metadataKey, ...report })
  const verifier = isGpg ? gpg : known?.verifier
  if (verifier === undefined) {
    const message = `${metadataKey}: signatures of this kind cannot be checked`
    return signatures.map(() => label({ valid: false, message, key: null, createdAt: null }))
  }
  try {
    return (await verifier.verify(data, signatures)).map(label)
  } catch (error) {
    if (!isOstreeError(error)) throw error
    return [label({ valid: false, message: error.message, key: null, createdAt: null })]
  }
}

function verdictOf(signatures: readonly CommitSignature[]): Pick<CommitVerdict, 'trusted' | 'reason'> {
  const good = signatures.filter(({ valid }) => valid).length
  if (signatures.length === 0) return { trusted: false, reason: 'it has no signatures' }
  if (good === 0) return { trusted: false, reason: 'none of its signatures is good' }
  return { trusted: true, reason: `${good} of ${signatures.length} signatures ${good === 1 ? 'is' : 'are'} good` }
}
