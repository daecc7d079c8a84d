// `ostree gpg-sign`.

import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import { gpgUnsignCommit } from '../../repo/trust/gpg-sign.ts'
import { signCommit } from '../../repo/trust/sign.ts'
import { defineCommand } from '../command.ts'
import { filename, flag } from '../options.ts'
import { gpgSignersOf } from '../signers.ts'

export const command = defineCommand({
  name: 'gpg-sign',
  summary: 'Sign a commit',
  parameters: 'COMMIT KEY-ID...',
  options: {
    delete: flag('Delete signatures having any of the GPG KEY-IDs', { short: 'd' }),
    'gpg-homedir': filename('HOMEDIR', 'GPG Homedir to use when looking for keyrings'),
  },
  examples: [
    { does: 'Sign the newest commit of a branch with a key of your own', line: 'gpg-sign --repo=repo main KEY-ID' },
    { does: 'Take a signature away again', line: 'gpg-sign --repo=repo --delete main KEY-ID' },
  ],
  async run({ repo, options, args, out, usageError }) {
    const [rev, ...keyNames] = args
    if (rev === undefined) throw usageError('Need a COMMIT to sign', { freeLine: false })
    if (keyNames.length === 0) throw usageError('Need at least one GPG KEY-ID to sign with', { freeLine: false })
    const commit = await resolveRev(repo, rev)
    if (options.delete) return out.line(`Signatures deleted: ${await gpgUnsignCommit(repo, commit, keyNames)}`)
    await signCommit(repo.store, commit, gpgSignersOf(repo, { ...options, 'gpg-sign': keyNames }))
  },
})
