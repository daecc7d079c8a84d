// The file object that a part reads from while it makes another one.

import { OstreeError } from '../errors.ts'
import { type Checksum, checksumFromBytes } from '../objects/checksum.ts'
import { isRegularMode } from '../objects/file-mode.ts'
import { chunksOf, collect, SMALL_CONTENT_BYTES } from '../repo/content.ts'
import type { LooseStore } from '../repo/loose-store.ts'
import { loadFile } from '../repo/read-object.ts'
import { isBare } from '../repo/repo-mode.ts'
import { inFile, inMemory, type RandomAccess } from './random-access.ts'

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
  const { info, sizeBytes, location, content } = await loadFile(store, checksum)
  if (!isRegularMode(info.mode)) throw new OstreeError('FAILED', { reason: `${checksum} is not a regular file` })
  if (sizeBytes <= SMALL_CONTENT_BYTES) return { ...inMemory(await collect(await content())), checksum }
  const { fs } = store.platform
  if (isBare(location.store.mode)) return { ...inFile(await fs.open(location.path, 'r'), sizeBytes), checksum }
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
