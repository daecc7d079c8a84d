// `ostree export`.

import { isOstreeError, OstreeError } from '../../errors.ts'
import type { FileHandle, Platform } from '../../platform/types.ts'
import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import { readCommit } from '../../repo/store/read-object.ts'
import { type ExportTarOptions, exportTar } from '../../repo/tar/tar-export.ts'
import { resolveTreePath } from '../../repo/trees/tree-path.ts'
import { nameForm } from '../archive-request.ts'
import { defineCommand } from '../command.ts'
import { filename, flag } from '../options.ts'

export const command = defineCommand({
  name: 'export',
  summary: 'Stream COMMIT to stdout in tar format',
  parameters: 'COMMIT',
  options: {
    // Accepted as in the reference, where the format it writes has no room for them.
    'no-xattrs': flag('Skip output of extended attributes'),
    subpath: filename('PATH', 'Checkout sub-directory PATH'),
    prefix: filename('PATH', 'Add PATH as prefix to archive pathnames'),
    output: filename('PATH', 'Output to PATH ', { short: 'o' }),
  },
  examples: [
    { does: 'Unpack a branch without a checkout', line: 'export --repo=repo main | tar -x' },
    { does: 'One directory of a commit into a file', line: 'export --repo=repo main --subpath=usr/share -o share.tar' },
  ],
  async run({ repo, options, args, session, platform, out, signal, usageError }) {
    const [rev] = args
    if (rev === undefined) throw usageError('A COMMIT argument is required')
    const commit = await resolveRev(repo, rev)
    const { timestamp } = await readCommit(repo.store, commit)
    const root = await resolveTreePath(repo, commit, options.subpath ?? '/')
    if (root.kind !== 'directory') throw new OstreeError('FAILED', { reason: `Not a directory: ${root.path}` })
    const request: ExportTarOptions = { prefix: options.prefix, timestamp, names: nameForm(session), signal }
    if (options.output === undefined) {
      for await (const piece of exportTar(repo, root, { ...request, padToRecord: true })) out.write(piece)
    } else {
      const padToRecord = await isDevice(platform, options.output)
      await writeTo(platform, options.output, exportTar(repo, root, { ...request, padToRecord }))
    }
  },
})

/** Devices and pipes get whole records. */
async function isDevice({ fs }: Platform, path: string): Promise<boolean> {
  return (await fs.tryStat(path))?.kind === 'other'
}

async function writeTo({ fs }: Platform, path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await retelling(`Failed to open '${path}'`, () => openForWriting(fs, path))
  try {
    for await (const piece of pieces) await retelling('Write error', () => handle.write(piece))
  } finally {
    await handle.close()
  }
}

/** Makes the file, or empties the one that is there. */
async function openForWriting(fs: Platform['fs'], path: string): Promise<FileHandle> {
  const handle = await fs.open(path, 'rw', 0o666)
  if ((await handle.stat()).kind === 'file') await handle.truncate(0)
  return handle
}

/** In the reference's words, which do not say why; the cause does. */
async function retelling<T>(reason: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isOstreeError(error, 'IO')) throw error
    throw new OstreeError('FAILED', { reason }, { cause: error })
  }
}
