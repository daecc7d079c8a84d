// Applies a patch as bsdiff makes it (without that program's header and compression), as a stream: the patch and the old
// bytes are read piece by piece, the new ones come out in order. Facts: spec/static-deltas.md#patches

import { OstreeError } from '../errors.ts'
import { type RandomAccess, READ_BYTES } from './random-access.ts'

/** Lengths to add and to copy, and how far to move in the old bytes: three numbers of 64 bits. */
export const CONTROL_BYTES = 24

/**
 * The new bytes, where all is in memory: most patches are small and many (measured: bench, applying a delta).
 * @throws {@link OstreeError} `INVALID_FORMAT`
 */
export function bspatchInMemory(old: Uint8Array, patch: Uint8Array, sizeBytes: number): Uint8Array {
  const out = new Uint8Array(sizeBytes)
  const view = new DataView(patch.buffer, patch.byteOffset, patch.byteLength)
  let at = 0
  let position = 0
  let oldPosition = 0
  while (at < sizeBytes) {
    if (patch.length - position < CONTROL_BYTES) throw corrupt('it is cut short')
    const added = readLength(view, position)
    const copied = readLength(view, position + 8)
    const moved = readNumber(view, position + 16)
    position += CONTROL_BYTES
    if (added > sizeBytes - at || copied > sizeBytes - at - added) throw corrupt('it makes more than its file holds')
    if (added + copied > patch.length - position) throw corrupt('it is cut short')
    out.set(patch.subarray(position, position + added + copied), at)
    const first = Math.max(0, -oldPosition)
    const end = Math.min(added, old.length - oldPosition)
    for (let i = first; i < end; i++) out[at + i]! += old[oldPosition + i]!
    at += added + copied
    position += added + copied
    oldPosition += added + moved
  }
  return out
}

/**
 * The new bytes. Every piece may lie in the same array.
 * @param patch - Where the patch lies in `data`.
 * @throws {@link OstreeError} `INVALID_FORMAT` for a patch that makes more or fewer than `sizeBytes`, or ends too soon.
 */
export async function* bspatch(
  old: RandomAccess,
  data: RandomAccess,
  patch: { readonly start: number; readonly sizeBytes: number },
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  const end = patch.start + patch.sizeBytes
  const out = new Uint8Array(Math.min(READ_BYTES, sizeBytes))
  let filled = 0
  let position = patch.start
  let oldPosition = 0
  let left = sizeBytes
  while (left > 0) {
    const [added, copied, moved] = readControl(await take(data, position, CONTROL_BYTES, end))
    position += CONTROL_BYTES
    if (added > left || copied > left - added) throw corrupt('it makes more than its file holds')
    for (const [length, adds] of [
      [added, true],
      [copied, false],
    ] as const) {
      for (let done = 0; done < length; ) {
        if (filled === out.length) {
          yield out
          filled = 0
        }
        const count = Math.min(length - done, out.length - filled)
        const piece = take(data, position, count, end)
        out.set(piece instanceof Uint8Array ? piece : await piece, filled)
        if (adds) {
          const adding = addOld(out, filled, count, old, oldPosition + done)
          if (adding !== undefined) await adding
        }
        filled += count
        position += count
        done += count
      }
    }
    left -= added + copied
    oldPosition += added + moved
  }
  if (filled > 0) yield out.subarray(0, filled)
}

function take(data: RandomAccess, position: number, count: number, end: number) {
  if (count > end - position) throw corrupt('it is cut short')
  return data.read(position, count)
}

/** Adds old bytes to the new ones; those before the start and behind the end of the old file count as zero. */
function addOld(
  out: Uint8Array,
  at: number,
  count: number,
  old: RandomAccess,
  oldPosition: number,
): Promise<void> | undefined {
  const start = Math.max(oldPosition, 0)
  const available = Math.min(oldPosition + count, old.sizeBytes) - start
  if (available <= 0) return undefined
  const bytes = old.read(start, available)
  const first = at + start - oldPosition
  if (bytes instanceof Uint8Array) {
    addBytes(out, first, bytes)
    return undefined
  }
  return bytes.then((late) => addBytes(out, first, late))
}

function addBytes(out: Uint8Array, at: number, bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) out[at + i]! += bytes[i]!
}

function readControl(bytes: Uint8Array): readonly [added: number, copied: number, moved: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return [readLength(view, 0), readLength(view, 8), readNumber(view, 16)]
}

function readLength(view: DataView, at: number): number {
  const length = readNumber(view, at)
  if (length < 0) throw corrupt('a length is negative')
  return length
}

/** Sign and magnitude, little-endian. */
function readNumber(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true)
  const magnitude = (high & 0x7fff_ffff) * 0x1_0000_0000 + view.getUint32(at, true)
  if (magnitude > Number.MAX_SAFE_INTEGER) throw corrupt('a number is too large')
  return high >= 0x8000_0000 ? -magnitude : magnitude
}

function corrupt(why: string): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: '', path: '', reason: `bsdiff patch failed: ${why}` })
}
