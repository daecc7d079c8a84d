// Taking a file into the repository without copying it: hashed where it lies, then renamed to its object's name.
// Facts: spec/repository.md#commit

import { prefixed } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { FileInfo } from '../../objects/file-header.ts'
import { MODE } from '../../objects/file-mode.ts'
import type { FileHandle } from '../../platform/types.ts'
import { CHUNK_BYTES, readHandle } from '../store/content.ts'
import type { LooseStore } from '../store/loose-store.ts'
import { checksumContent, writeContent } from '../store/write-object.ts'

export interface AdoptedFile {
  readonly checksum: Checksum
  readonly sizeBytes: number
}

/**
 * Moves a regular file on the repository's file system, which needs no other owner or attributes as an object, into it.
 * Where the object exists, the file is only deleted.
 */
export async function adoptFile(store: LooseStore, handle: FileHandle, info: FileInfo): Promise<AdoptedFile> {
  try {
    return await adopt(store, handle, info)
  } catch (error) {
    throw prefixed(error, 'Commit regfile (adopt)')
  }
}

async function adopt(store: LooseStore, handle: FileHandle, info: FileInfo): Promise<AdoptedFile> {
  const { fs } = store.platform
  let sizeBytes = 0
  const content = (async function* () {
    for await (const chunk of readHandle(store.platform, handle, 0, new Uint8Array(CHUNK_BYTES))) {
      sizeBytes += chunk.length
      yield chunk
    }
  })()
  const checksum = await checksumContent(store.platform, info, content)
  const name = { checksum, type: 'file' } as const
  if ((await store.locateHere(name)) !== undefined) {
    await fs.unlink(handle.path)
    return { checksum, sizeBytes }
  }
  if (store.mode === 'bare-user-only') {
    const { mode, nlink } = await handle.stat()
    const wanted = info.mode & 0o755
    if (nlink > 1 && (mode & MODE.permissions) !== wanted) return copyInstead(store, handle, info)
    await handle.chmod(wanted)
  }
  if (store.options.fsync && store.options.perObjectFsync) await handle.sync()
  await store.place(handle.path, name)
  return { checksum, sizeBytes }
}

/** For a file whose other names would change their mode with it: they may be files of this commit, or objects already. */
async function copyInstead(store: LooseStore, handle: FileHandle, info: FileInfo): Promise<AdoptedFile> {
  const content = readHandle(store.platform, handle, 0, new Uint8Array(CHUNK_BYTES))
  const { checksum, unpackedBytes } = await writeContent(store, info, content)
  await store.platform.fs.unlink(handle.path)
  return { checksum, sizeBytes: unpackedBytes }
}
