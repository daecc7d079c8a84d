// `ostree sign`.

import { OstreeError } from '../../errors.ts'
import type { Platform } from '../../platform/types.ts'
import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import { deleteCommitSignatures, verifyCommitByKeys } from '../../repo/trust/commit-keys.ts'
import { signCommit } from '../../repo/trust/sign.ts'
import { readSecretKeys } from '../../sign/key-files.ts'
import { DEFAULT_SIGN_TYPE, keyKind } from '../../sign/key-kinds.ts'
import { keySigner } from '../../sign/key-verifier.ts'
import type { KeyKind, Signer } from '../../sign/types.ts'
import { defineCommand } from '../command.ts'
import { ED25519_ONLY, flag, string } from '../options.ts'

export const command = defineCommand({
  name: 'sign',
  summary: 'Sign a commit',
  parameters: 'COMMIT KEY-ID...',
  options: {
    delete: flag('Delete signatures having any of the KEY-IDs', { short: 'd' }),
    verify: flag('Verify signatures'),
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')", { short: 's' }),
    'keys-file': string('NAME', 'Read keys from file', ED25519_ONLY),
    'keys-dir': string(
      'NAME',
      'Redefine system-wide directories with public and revoked keys for verification',
      ED25519_ONLY,
    ),
  },
  examples: [
    { does: 'Sign with the secret keys in a file', line: 'sign --repo=repo --keys-file=key.ed25519 main' },
    { does: 'Verify with a public key', line: 'sign --repo=repo --verify main "$PUBLIC_KEY"' },
    { does: 'Verify with the keys that the system trusts', line: 'sign --repo=repo --verify main' },
    { does: 'Take the signatures of a key away', line: 'sign --repo=repo --delete main "$PUBLIC_KEY"' },
  ],
  async run({ repo, platform, options, args, out, usageError }) {
    const [rev, ...keys] = args
    const { 'keys-file': keysFile, 'keys-dir': keysFolder } = options
    if (rev === undefined) throw usageError('Need a COMMIT to sign or verify', { freeLine: false })
    if (!options.verify && keysFile === undefined && keys.length === 0) {
      throw usageError('Need at least one KEY-ID to sign with', { freeLine: false })
    }
    const commit = await resolveRev(repo, rev)
    const kind = keyKind(options['sign-type'] ?? DEFAULT_SIGN_TYPE, platform.environment)
    if (options.verify) {
      const message = await verifyCommitByKeys(repo, commit, kind, { keys, keysFile, keysFolder })
      if (message === undefined) throw new OstreeError('UNTRUSTED', { reason: 'No valid signatures found' })
      out.line(message)
    } else if (options.delete) {
      out.line(`Signatures deleted: ${await deleteCommitSignatures(repo, commit, kind, { keys, keysFile })}`)
    } else {
      await signCommit(repo.store, commit, signersOf(platform, kind, keys, keysFile))
    }
  },
})

async function* signersOf(
  { fs }: Platform,
  kind: KeyKind,
  keys: readonly string[],
  file: string | undefined,
): AsyncGenerator<Signer> {
  for (const key of keys) yield keySigner(kind, kind.keyFromText(key))
  if (file === undefined) return
  let count = 0
  for await (const key of readSecretKeys(kind, fs, file)) {
    count++
    yield keySigner(kind, key)
  }
  // The reference ends itself here.
  if (count === 0 && keys.length === 0) throw new OstreeError('FAILED', { reason: `No keys in file '${file}'` })
}
