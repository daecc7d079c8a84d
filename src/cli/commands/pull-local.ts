// `ostree pull-local`.

import { pullLocal } from '../../pull/pull-local.ts'
import { listRefs } from '../../repo/refs/list-refs.ts'
import { openRepo } from '../../repo/repo.ts'
import { formatSize } from '../../text/format-size.ts'
import { defineCommand } from '../command.ts'
import { flag, integer, string } from '../options.ts'
import { describeResult } from '../pull-progress.ts'
import { absolutePath, requireWritable } from '../target.ts'

export const command = defineCommand({
  name: 'pull-local',
  summary: 'Copy data from SRC_REPO',
  parameters: 'SRC_REPO [REFS...]',
  options: {
    'commit-metadata-only': flag('Fetch only the commit metadata'),
    remote: string('REMOTE', 'Add REMOTE to refspec'),
    'disable-fsync': flag('Do not invoke fsync()'),
    'per-object-fsync': flag('Perform writes in such a way that avoids stalling concurrent processes'),
    untrusted: flag('Verify checksums of local sources (always enabled for HTTP pulls)'),
    'bareuseronly-files': flag('Reject regular files with mode outside of 0775 (world writable, suid, etc.)'),
    'require-static-deltas': flag('Require static deltas'),
    'disable-static-deltas': flag('Do not use static deltas'),
    'gpg-verify': flag('GPG verify commits (must specify --remote)'),
    'gpg-verify-summary': flag('GPG verify summary (must specify --remote)'),
    'disable-verify-bindings': flag('Do not verify commit bindings'),
    depth: integer('DEPTH', 'Traverse DEPTH parents (-1=infinite) (default: 0)'),
  },
  examples: [{ does: 'Copy a branch with its whole history', line: 'pull-local --repo=copy --depth=-1 repo main' }],
  async run({ session, platform, repo, options, args, out, signal, usageError }) {
    requireWritable(repo)
    const [sourcePath, ...refs] = args
    if (sourcePath === undefined) throw usageError('DESTINATION must be specified')
    const source = await openRepo(platform, absolutePath(session, sourcePath))
    const destination = await openRepo(platform, repo.path, {
      ...(options['disable-fsync'] ? { fsync: false } : {}),
      ...(options['per-object-fsync'] ? { perObjectFsync: true } : {}),
    })
    const asked = {
      depth: options.depth,
      commitOnly: options['commit-metadata-only'],
      untrusted: options.untrusted,
      bareUserOnlyFiles: options['bareuseronly-files'],
      ignoreBindings: options['disable-verify-bindings'],
      signal,
    }
    if (options['gpg-verify'] || options['gpg-verify-summary'] || options['require-static-deltas']) {
      const { pull } = await import('../../pull/pull.ts')
      const result = await pull(destination, `file://${encodeURI(source.path)}`, {
        ...asked,
        refs: refs.length === 0 ? [...(await listRefs(source)).keys()] : refs,
        refRemote: options.remote,
        gpgVerify: options['gpg-verify'],
        gpgVerifySummary: options['gpg-verify-summary'],
        // A folder proves itself by OpenPGP, if by anything.
        signVerify: false,
        staticDeltas: options['require-static-deltas'] ? 'required' : 'disabled',
      })
      out.line(describeResult(result))
      return
    }
    const result = await pullLocal(destination, source, {
      ...asked,
      ...(refs.length === 0 ? {} : { refs }),
      ...(options.remote === undefined ? {} : { remote: options.remote }),
    })
    const { metadataImported, contentImported, contentBytesWritten } = result
    const written = `${formatSize(contentBytesWritten)} content written`
    out.line(`${metadataImported} metadata, ${contentImported} content objects imported; ${written}`)
  },
})
