// `ostree commit`.

import { parseHostTimestamp } from '../../dates/host-time.ts'
import { isOstreeError } from '../../errors.ts'
import { type CommitResult, commit } from '../../repo/commit/commit.ts'
import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { messageOf } from '../commit-message.ts'
import { metadataOf, modifierOf, parentOf, pathRulesOf, stringMetadata, treesOf } from '../commit-request.ts'
import { readFsyncPolicy } from '../fsync-policy.ts'
import { filename, flag, integer, parsed, string, strings } from '../options.ts'
import type { Output } from '../output.ts'
import { gpgSignersOf, inTurn, keySignersOf } from '../signers.ts'
import { requireWritable } from '../target.ts'

export const command = defineCommand({
  name: 'commit',
  summary: 'Commit a new revision',
  parameters: '[PATH]',
  options: {
    parent: string('COMMIT', 'Parent commit checksum, or "none"'),
    subject: string('SUBJECT', 'One line subject', { short: 's' }),
    body: string('BODY', 'Full description', { short: 'm' }),
    'body-file': filename('FILE', 'Commit message from FILE path', { short: 'F' }),
    editor: flag('Use an editor to write the commit message', { short: 'e' }),
    branch: string('BRANCH', 'Branch', { short: 'b' }),
    orphan: flag('Create a commit without writing a ref'),
    'no-bindings': flag('Do not write any ref bindings'),
    'bind-ref': strings('BRANCH', 'Add a ref to ref binding commit metadata'),
    base: string('REV', 'Start from the given commit as a base (no modifiers apply)'),
    tree: strings('dir=PATH or tar=TARFILE or ref=COMMIT', 'Overlay the given argument as a tree'),
    'add-metadata-string': strings('KEY=VALUE', 'Add a key/value pair to metadata'),
    'add-metadata': strings(
      'KEY=VALUE',
      'Add a key/value pair to metadata, where the KEY is a string, and VALUE is in GVariant Text Format',
    ),
    'keep-metadata': strings('KEY', 'Keep metadata KEY and its associated VALUE from parent'),
    'add-detached-metadata-string': strings('KEY=VALUE', 'Add a key/value pair to detached metadata'),
    'owner-uid': integer('UID', 'Set file ownership user id', { default: -1 }),
    'owner-gid': integer('GID', 'Set file ownership group id', { default: -1 }),
    'canonical-permissions': flag('Canonicalize permissions in the same way bare-user does for hardlinked files'),
    bootable: flag('Flag this commit as a bootable OSTree (e.g. contains a Linux kernel)'),
    'mode-ro-executables': flag('Ensure executable files are not writable'),
    'no-xattrs': flag('Do not import extended attributes'),
    'selinux-policy': filename('PATH', 'Set SELinux labels based on policy in root filesystem PATH (may be /)'),
    'selinux-policy-from-base': flag('Set SELinux labels based on first --tree argument', { short: 'P' }),
    'selinux-labeling-epoch': integer(
      undefined,
      'Configure the default SELinux labeling rules; 0 is the default, 1 enables labeling /usr/etc as /etc',
    ),
    'link-checkout-speedup': flag('Optimize for commits of trees composed of hardlinks into the repository'),
    'devino-canonical': flag('Assume hardlinked objects are unmodified.  Implies --link-checkout-speedup', {
      short: 'I',
    }),
    'tar-autocreate-parents': flag('When loading tar archives, automatically create parent directories as needed'),
    'tar-pathname-filter': string(
      'REGEX,REPLACEMENT',
      'When loading tar archives, use REGEX,REPLACEMENT against path names',
    ),
    'skip-if-unchanged': flag('If the contents are unchanged from previous commit, do nothing'),
    statoverride: filename('PATH', 'File containing list of modifications to make to permissions'),
    'skip-list': filename('PATH', 'File containing list of files to skip'),
    consume: flag('Consume (delete) content after commit (for local directories)'),
    'table-output': flag('Output more information in a KEY: VALUE format'),
    'gpg-sign': strings('KEY-ID', 'GPG Key ID to sign the commit with'),
    'gpg-homedir': filename('HOMEDIR', 'GPG Homedir to use when looking for keyrings'),
    sign: strings('KEY_ID', 'Sign the commit with'),
    'sign-from-file': strings('PATH', 'Sign the commit with key from the provided file'),
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')"),
    'generate-sizes': flag('Generate size information along with commit metadata'),
    'generate-composefs-metadata': flag('Generate composefs commit metadata'),
    'disable-fsync': flag('Do not invoke fsync()', { hidden: true }),
    fsync: parsed('POLICY', 'Specify how to invoke fsync()', readFsyncPolicy),
    timestamp: string('TIMESTAMP', 'Override the timestamp of the commit'),
  },
  examples: [
    { does: 'Commit a folder to a branch', line: "commit --repo=repo -b main -s 'First version' --tree=dir=root" },
    {
      does: 'Put a tar archive on top of another branch',
      line: 'commit --repo=repo -b app --tree=ref=main --tree=tar=app.tar.gz',
    },
    {
      does: 'The same commit from the same files, whoever owns them and whenever it is made',
      line: 'commit --repo=repo -b main --owner-uid=0 --owner-gid=0 --timestamp=@0 root',
    },
  ],
  async run({ repo: opened, options, args, session, platform, out, signal }) {
    requireWritable(opened)
    const rules = await pathRulesOf(platform, options)
    const parent = await parentOf(opened, options)
    const metadata = await metadataOf(opened, parent, options)
    const detached = options['add-detached-metadata-string']
    const modifier = await modifierOf(opened, options, rules)
    refuseWhatComesLater(options)
    const message = await messageOf(session, platform, options)
    const repo = options['disable-fsync'] || options.fsync === false ? opened.withFsync(false) : opened
    try {
      const result = await commit(repo, {
        trees: treesOf(options, args[0], session),
        base: options.base,
        branch: options.branch,
        parent,
        ...message,
        metadata,
        detachedMetadata: detached.length === 0 ? undefined : stringMetadata(detached),
        signers: inTurn(keySignersOf(session, platform, options), gpgSignersOf(repo, options)),
        bindRefs: options['no-bindings'] ? null : options['bind-ref'],
        bootable: options.bootable,
        modifier,
        rules,
        labelsFromBase: options['selinux-policy-from-base'],
        linkCheckoutSpeedup: options['link-checkout-speedup'] || options['devino-canonical'],
        skipIfUnchanged: options['skip-if-unchanged'],
        timestamp:
          options.timestamp === undefined ? undefined : await parseHostTimestamp(repo.platform, options.timestamp),
        signal,
      })
      if (options['table-output']) printTable(out, result)
      else out.line(result.checksum)
    } catch (error) {
      if (isOstreeError(error, 'UNMATCHED_PATHS')) {
        for (const path of error.details.paths) out.note(`Unmatched ${error.details.list} path: ${path}`)
      }
      throw error
    }
  },
})

interface LaterOptions {
  readonly 'generate-composefs-metadata': boolean
}

function refuseWhatComesLater(options: LaterOptions): void {
  if (options['generate-composefs-metadata']) comingLater("'ostree commit --generate-composefs-metadata'")
}

function printTable(out: Output, { checksum, stats }: CommitResult): void {
  out.line(`Commit: ${checksum}`)
  out.line(`Metadata Total: ${stats.metadataObjectsTotal}`)
  out.line(`Metadata Written: ${stats.metadataObjectsWritten}`)
  out.line(`Content Total: ${stats.contentObjectsTotal}`)
  out.line(`Content Written: ${stats.contentObjectsWritten}`)
  out.line(`Content Cache Hits: ${stats.devinoCacheHits}`)
  out.line(`Content Bytes Written: ${stats.contentBytesWritten}`)
}
