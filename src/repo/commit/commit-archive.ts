// Taking an archive into a tree: a file of the host, or a stream. Facts: spec/repository.md#commit

import type { ByteStream } from '../../compression/buffered-source.ts'
import { nativeDecoders } from '../../compression/native-decoders.ts'
import { prefixed } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import type { Platform } from '../../platform/types.ts'
import type { NameForm } from '../../tar/names.ts'
import { openArchive } from '../../tar/open-archive.ts'
import { importArchive } from '../tar/tar-import.ts'
import type { PathTranslation } from '../tar/tar-paths.ts'
import type { Transaction } from '../transaction/transaction.ts'
import type { MutableTree } from '../trees/mutable-tree.ts'
import { ArchiveFile } from './archive-file.ts'
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
  const { from } = source
  if (typeof from !== 'string') {
    const { entries } = await open(platform, from, source, 'archive_read_open_fd')
    return importArchive(transaction, tree, entries, { ...source, modifier, signal })
  }
  const file = new ArchiveFile(platform, from)
  try {
    const { entries, isCompressed } = await open(platform, file, source, 'archive_read_open_filename')
    const plainFile =
      isCompressed || file.sizeBytes === undefined ? undefined : { path: from, sizeBytes: file.sizeBytes }
    await importArchive(transaction, tree, entries, { ...source, plainFile, modifier, signal })
  } finally {
    await file.close()
  }
}

async function open(platform: Platform, bytes: ByteStream, { names }: ArchiveSource, opener: string) {
  try {
    const breathe = () => platform.breathe()
    return await openArchive(bytes, { names, decoders: nativeDecoders(platform), breathe })
  } catch (error) {
    throw prefixed(error, opener)
  }
}
