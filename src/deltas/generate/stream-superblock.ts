// A superblock with its parts inside, written without holding them: the parts are as large as the whole delta.
// Facts: spec/static-deltas.md#superblock

import { encodeUtf8 } from '../../bytes/utf8.ts'
import { offsetWidth, readOffset, widthFor, writeOffset } from '../../gvariant/framing.ts'
import type { FileHandle, Platform } from '../../platform/types.ts'
import { readChunks } from '../../repo/store/content.ts'

/** One entry of the metadata: a value of a type, its bytes here or in a file. */
export interface StreamedEntry {
  readonly key: string
  readonly type: string
  readonly value: Uint8Array | { readonly path: string; readonly sizeBytes: number }
}

const ALIGNMENT = 8
/** Fields of the superblock whose end is written down: all of variable size but the last. */
const FRAMED_FIELDS = 6

/**
 * Writes a superblock from the start of a file on.
 * @param rest - The same superblock with no metadata: what stands before its framing offsets moves, and stays as it is.
 */
export async function streamSuperblock(
  platform: Platform,
  out: FileHandle,
  entries: readonly StreamedEntry[],
  rest: Uint8Array,
): Promise<void> {
  const ends: number[] = []
  let position = 0
  const write = async (bytes: Uint8Array) => {
    await out.write(bytes)
    position += bytes.length
  }
  const align = () => write(new Uint8Array(padding(position)))
  for (const { key, type, value } of entries) {
    await align()
    const start = position
    await write(encodeUtf8(`${key}\0`))
    const keyEnd = position - start
    await align()
    if (value instanceof Uint8Array) await write(value)
    else for await (const piece of readChunks(platform, value.path)) await write(piece)
    await write(encodeUtf8(`\0${type}`))
    await write(offsets([keyEnd], position - start))
    ends.push(position)
  }
  await write(offsets(ends, position))
  const metadataEnd = position
  await align()
  const width = offsetWidth(rest.length) || 1 // it is never empty
  const bodyBytes = rest.length - FRAMED_FIELDS * width
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength)
  const moved = Array.from(
    { length: FRAMED_FIELDS },
    (_, index) => position + readOffset(view, bodyBytes + index * width, width),
  )
  moved[FRAMED_FIELDS - 1] = metadataEnd // the first field's offset comes last
  await write(rest.subarray(0, bodyBytes))
  await write(offsets(moved, position))
}

const padding = (position: number): number => (ALIGNMENT - (position % ALIGNMENT)) % ALIGNMENT

function offsets(ends: readonly number[], bodySize: number): Uint8Array {
  if (ends.length === 0) return new Uint8Array(0)
  const width = widthFor(bodySize, ends.length)
  const bytes = new Uint8Array(width * ends.length)
  const view = new DataView(bytes.buffer)
  ends.forEach((end, index) => {
    writeOffset(view, index * width, width, end)
  })
  return bytes
}
