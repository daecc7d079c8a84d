// `ostree checkout`.

import { prefixed } from '../../errors.ts'
import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import { checkoutOne, readListFile, requestedCheckouts } from '../checkout-request.ts'
import { defineCommand } from '../command.ts'
import { readFsyncPolicy } from '../fsync-policy.ts'
import { filename, flag, parsed, string } from '../options.ts'

export const command = defineCommand({
  name: 'checkout',
  summary: 'Check out a commit into a filesystem tree',
  parameters: 'COMMIT [DESTINATION]',
  options: {
    'user-mode': flag('Do not change file ownership or initialize extended attributes', { short: 'U' }),
    'disable-cache': flag('Do not update or use the internal repository uncompressed object cache'),
    subpath: filename('PATH', 'Checkout sub-directory PATH'),
    union: flag('Keep existing directories, overwrite existing files'),
    'union-add': flag('Keep existing files/directories, only add new'),
    'union-identical': flag(
      'When layering checkouts, error out if a file would be replaced with a different version, but add new files and directories',
    ),
    whiteouts: flag("Process 'whiteout' (Docker style) entries"),
    'process-passthrough-whiteouts': flag('Enable overlayfs whiteout extraction into char 0:0 devices'),
    'allow-noent': flag('Do nothing if specified path does not exist'),
    'from-stdin': flag('Process many checkouts from standard input'),
    'from-file': string('FILE', 'Process many checkouts from input file'),
    fsync: parsed('POLICY', 'Specify how to invoke fsync()', readFsyncPolicy),
    'require-hardlinks': flag('Do not fall back to full copies if hardlinking fails', { short: 'H' }),
    'force-copy-zerosized': flag('Do not hardlink zero-sized files', { short: 'z', hidden: true }),
    'force-copy': flag('Never hardlink (but may reflink if available)', { short: 'C' }),
    'bareuseronly-dirs': flag('Suppress mode bits outside of 0775 for directories (suid, world writable, etc.)', {
      short: 'M',
    }),
    'skip-list': filename('FILE', 'File containing list of files to skip'),
    'selinux-policy': filename(
      'PATH',
      'Set SELinux labels based on policy in root filesystem PATH (may be /); implies --force-copy',
    ),
    'selinux-prefix': string('PREFIX', 'When setting SELinux labels, prefix all paths by PREFIX'),
    composefs: flag('Only create a composefs blob'),
    'composefs-noverity': flag('Only create a composefs blob, and disable fsverity'),
  },
  examples: [
    { does: 'What a branch holds, as files and folders', line: 'checkout --repo=repo main checked-out' },
    { does: 'Without root: files are yours, owners and attributes are left out', line: 'checkout -U main checked-out' },
  ],
  async run({ session, platform, repo, options, args, signal, usageError }) {
    const [first, second] = args
    if (first === undefined) throw usageError('COMMIT must be specified')
    const context = { session, platform, repo, flags: options, signal }
    const file = options['from-file']
    if (!options['from-stdin'] && file === undefined) {
      return checkoutOne(context, await resolveRev(repo, first), options.subpath, second ?? first)
    }
    const list =
      options['from-stdin'] || file === undefined ? session.host.readIn() : readListFile(session, platform, file)
    for await (const { rev, subpath } of requestedCheckouts(list)) {
      const commit = await resolveRev(repo, rev)
      try {
        await checkoutOne(context, commit, subpath, first)
      } catch (error) {
        throw prefixed(error, `Processing tree ${commit}`)
      }
    }
  },
})
