// `ostree-ts verify`: who signed a commit, and whether it is to be trusted. The reference has no such command.

import { compareUtf8 } from '../../bytes/compare.ts'
import { OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { listRefs } from '../../repo/refs/list-refs.ts'
import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import type { Repo } from '../../repo/repo.ts'
import { type CommitVerdict, commitJudge } from '../../repo/trust/verify.ts'
import { defineCommand } from '../command.ts'
import { flag, string, strings } from '../options.ts'
import type { Output } from '../output.ts'

/** Of the document that `--json` prints. */
const DOCUMENT_VERSION = 1

export const command = defineCommand({
  name: 'verify',
  summary: 'Check every signature of a commit',
  parameters: '[REF|COMMIT]',
  options: {
    remote: string('REMOTE', "Demand what this remote's configuration demands (defaults to the remote of REMOTE:REF)"),
    'keys-file': strings(
      'PATH',
      'Trust the public keys in this file: base64 lines (ed25519) or PEM (spki), and no others',
    ),
    keyring: strings('PATH', 'Trust the OpenPGP keys in this file, and no others'),
    json: flag('Print one JSON document'),
  },
  examples: [
    { does: 'Who signed the newest commit of a branch', line: 'verify --repo=repo main' },
    { does: 'Would a pull from this remote accept it?', line: 'verify --repo=repo --remote=origin main' },
    { does: 'Was it signed by one of these keys?', line: 'verify --repo=repo --keys-file=trusted.ed25519 main' },
    { does: 'For a script: exit code 0 only if every ref is trusted', line: 'verify --repo=repo --json' },
  ],
  async run({ repo, options, args, out }) {
    const targets = await targetsOf(repo, args[0], options.remote)
    const verdicts: (CommitVerdict & { readonly ref: string | null })[] = []
    for (const { ref, commit, remote } of targets) {
      const judge = await commitJudge(repo, { remote, keyFiles: options['keys-file'], keyrings: options.keyring })
      const verdict = { ref, ...(await judge.judge(commit)) }
      verdicts.push(verdict)
      if (!options.json) printVerdict(out, verdict)
    }
    if (options.json) out.line(JSON.stringify({ version: DOCUMENT_VERSION, commits: verdicts }, null, 2))
    const refused = verdicts.filter(({ trusted }) => !trusted)
    const [first] = refused
    if (first === undefined) return
    const more = refused.length === 1 ? '' : ` (and ${refused.length - 1} more)`
    throw new OstreeError('UNTRUSTED', {
      reason: `${first.ref ?? first.commit} is not trusted: ${first.reason}${more}`,
    })
  },
})

interface Target {
  readonly ref: string | null
  readonly commit: Checksum
  readonly remote: string | undefined
}

/** What is named, or else every ref; a refspec that names a remote is a matter of that remote. */
async function targetsOf(repo: Repo, rev: string | undefined, remote: string | undefined): Promise<Target[]> {
  const remoteOf = (name: string) => remote ?? /^([^:/]+):/.exec(name)?.[1]
  if (rev !== undefined) {
    const commit = await resolveRev(repo, rev)
    return [{ ref: rev === commit ? null : rev, commit, remote: remoteOf(rev) }]
  }
  const refs = [...(await listRefs(repo))].sort(([a], [b]) => compareUtf8(a, b))
  if (refs.length === 0) throw new OstreeError('FAILED', { reason: 'The repository has no refs to verify' })
  return refs.map(([ref, checksum]) => ({ ref, commit: checksum as Checksum, remote: remoteOf(ref) }))
}

function printVerdict(
  out: Output,
  { ref, commit, signatures, trusted, reason }: CommitVerdict & { ref: string | null },
) {
  out.line(`commit ${commit}${ref === null ? '' : ` (${ref})`}`)
  for (const { valid, message } of signatures) {
    const [first = '', ...rest] = message.trimEnd().split('\n')
    out.line(`  ${valid ? 'good' : 'bad '}  ${first}`)
    for (const line of rest) out.line(`        ${line}`)
  }
  out.line(`  ${trusted ? 'trusted' : 'not trusted'}: ${reason.split('\n')[0]}`)
}
