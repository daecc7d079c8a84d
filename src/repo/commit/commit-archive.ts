// Taking an archive into a tree: a file of the host, or a stream. Facts: spec/repository.md#commit

import type { ByteStream } from '../../compression/buffered-source.ts'
import { isOstreeError, OstreeError, prefixed } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import type { Platform } from '../../platform/types.ts'
import type { NameForm } from '../../tar/names.ts'
import { openArchive } from '../../tar/open-archive.ts'
import { readHandle } from '../content.ts'
import type { MutableTree } from '../mutable-tree.ts'
import { importArchive } from '../tar-import.ts'
import type { PathTranslation } from '../tar-paths.ts'
import type { Transaction } from '../transaction.ts'
import type { CommitModifier } from './modifier.ts'

export interface ArchiveSource extends PathTranslation {
  readonly kind: 'archive'
  /** Tar or cpio, plain or compressed: a path, or the bytes themselves. */
  readonly from: string | ByteStream
  /** Make up parent directories that the archive does not have. */
  readonly autocreateParents?: boolean | undefined
  /** Pass over devices and the like instead of failing. */
  readonly ignoreUnsupported?: boolean | undefined
  /** What becomes of names in pax headers. */
  readonly names?: NameForm | undefined
}

export interface CommitArchiveOptions extends OperationOptions {
  readonly modifier: CommitModifier
}

/** Overlays the archive onto `tree`. @throws {@link OstreeError} `INVALID_ARCHIVE`, `UNSUPPORTED`, `FAILED` */
export async function commitArchive(
  transaction: Transaction,
  tree: MutableTree,
  source: ArchiveSource,
  { modifier, signal }: CommitArchiveOptions,
): Promise<void> {
  const { platform } = transaction.repo
  const entries = await open(platform, source)
  await importArchive(transaction, tree, entries, { ...source, modifier, signal })
}

async function open(platform: Platform, { from, names }: ArchiveSource) {
  const opener = typeof from === 'string' ? 'archive_read_open_filename' : 'archive_read_open_fd'
  try {
    const decoders = platform.gunzip === undefined ? {} : { gzip: platform.gunzip }
    return await openArchive(typeof from === 'string' ? readFile(platform, from) : from, { names, decoders })
  } catch (error) {
    throw prefixed(error, opener)
  }
}

/** In libarchive's words where the file cannot be read. */
async function* readFile({ fs }: Platform, path: string): AsyncGenerator<Uint8Array> {
  const handle = await retelling(`Failed to open '${path}'`, () => fs.open(path, 'r'))
  try {
    const pieces = readHandle(handle)
    for (;;) {
      const { done, value } = await retelling(`Error reading '${path}'`, () => pieces.next())
      if (done === true) return
      yield value
    }
  } finally {
    await handle.close()
  }
}

async function retelling<T>(reason: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isOstreeError(error, 'IO')) throw error
    throw new OstreeError('FAILED', { reason }, { cause: error })
  }
}
