// A body that comes over the network, taken to its end: in memory while it is small, in a temporary file from there on.

import { concatBytes } from '../bytes/compare.ts'
import type { FileHandle } from '../platform/types.ts'
import { SMALL_CONTENT_BYTES } from '../repo/store/content.ts'
import type { LooseStore } from '../repo/store/loose-store.ts'

export type Received =
  | { readonly bytes: Uint8Array }
  /** The file is the caller's to delete; `start` is how its bytes begin. */
  | { readonly path: string; readonly start: Uint8Array }

/** Nothing is left of a body that breaks off. */
export async function receiveBody(store: LooseStore, body: AsyncIterable<Uint8Array>): Promise<Received> {
  const parts: Uint8Array[] = []
  let size = 0
  let spill: { readonly path: string; readonly handle: FileHandle } | undefined
  const { fs } = store.platform
  try {
    for await (const piece of body) {
      if (spill !== undefined) await spill.handle.write(piece)
      else {
        parts.push(piece)
        size += piece.length
        if (size > SMALL_CONTENT_BYTES) {
          const path = store.temporaryPath()
          spill = { path, handle: await fs.open(path, 'wx', 0o600) }
          for (const part of parts) await spill.handle.write(part)
          parts.length = 1
        }
      }
    }
  } catch (error) {
    await spill?.handle.close()
    if (spill !== undefined) await fs.removeTree(spill.path)
    throw error
  }
  if (spill === undefined) return { bytes: parts.length === 1 ? parts[0]! : concatBytes(parts) }
  await spill.handle.close()
  return { path: spill.path, start: parts[0]! }
}
