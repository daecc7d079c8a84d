// The file object that a part reads from while it makes another one.

import { OstreeError } from '../errors.ts'
import { type Checksum, checksumFromBytes } from '../objects/checksum.ts'
import { isRegularMode } from '../objects/file-mode.ts'
import { isBare } from '../repo/config/repo-mode.ts'
import { chunksOf, collect } from '../repo/store/content.ts'
import type { LooseStore } from '../repo/store/loose-store.ts'
import { loadFile } from '../repo/store/read-object.ts'
import { inFile, inMemory, type RandomAccess } from './random-access.ts'

/** A source up to this size is read whole. */
const MAX_SOURCE_IN_MEMORY = 8 << 20

export interface ReadSource extends RandomAccess {
  readonly checksum: Checksum
}

/**
 * Opens a file object for reading here and there. A small one is read whole; a large compressed one is unpacked into a
 * temporary file.
 * @throws {@link OstreeError} `OBJECT_NOT_FOUND`; `FAILED` for a symbolic link.
 */
export async function openReadSource(store: LooseStore, digest: Uint8Array): Promise<ReadSource> {
  const checksum = checksumFromBytes(digest)
  const { fs } = store.platform
  const found = await store.locate({ checksum, type: 'file' })
  if (found?.stat?.kind === 'file' && isBare(found.store.mode)) {
    // Its attributes are not wanted. The target of a bare-user symbolic link, which this may be, is as good as any bytes.
    const { sizeBytes } = found.stat
    if (sizeBytes <= MAX_SOURCE_IN_MEMORY) return { ...inMemory(await fs.readFile(found.path)), checksum }
    return { ...inFile(await fs.open(found.path, 'r'), sizeBytes), checksum }
  }
  const { info, sizeBytes, content } = await loadFile(store, checksum)
  if (!isRegularMode(info.mode)) throw new OstreeError('FAILED', { reason: `${checksum} is not a regular file` })
  if (sizeBytes <= MAX_SOURCE_IN_MEMORY) return { ...inMemory(await collect(await content())), checksum }
  const path = store.temporaryPath()
  const handle = await fs.open(path, 'rw', 0o600)
  const unpacked = inFile(handle, sizeBytes)
  const close = async () => {
    await unpacked.close()
    await fs.unlink(path)
  }
  try {
    for await (const piece of chunksOf(await content())) await handle.write(piece)
  } catch (error) {
    await close()
    throw error
  }
  return { ...unpacked, checksum, close }
}
