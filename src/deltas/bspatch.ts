// Applies a patch as bsdiff makes it (without that program's header and compression), as a stream: the patch and the old
// bytes are read piece by piece, the new ones come out in order. Facts: spec/static-deltas.md#patches

import { OstreeError } from '../errors.ts'
import { type RandomAccess, READ_BYTES } from './random-access.ts'

/** Lengths to add and to copy, and how far to move in the old bytes: three numbers of 64 bits. */
export const CONTROL_BYTES = 24

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
  const [added, copied, moved] = [readNumber(view, 0), readNumber(view, 8), readNumber(view, 16)]
  if (added < 0 || copied < 0) throw corrupt('a length is negative')
  return [added, copied, moved]
}

/** Sign and magnitude, little-endian. */
function readNumber(view: DataView, at: number): number {
  const bits = view.getBigUint64(at, true)
  const magnitude = Number(BigInt.asUintN(63, bits))
  if (magnitude > Number.MAX_SAFE_INTEGER) throw corrupt('a number is too large')
  return bits >> 63n === 0n ? magnitude : -magnitude
}

function corrupt(why: string): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: '', path: '', reason: `bsdiff patch failed: ${why}` })
}
