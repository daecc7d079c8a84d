// Damaged copies of real files: bits, lengths, runs that are cut, doubled or come from another file.

import { below, pick, type Random } from '../tar/fuzz.ts'

const ODD_BYTES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff]
const MAX_CHANGES = 4

/** A mutated copy of one of `seeds`; now and then a run of another one is put into it. */
export function mutate(random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  let bytes: Uint8Array = pick(random, seeds).slice()
  for (let left = 1 + below(random, MAX_CHANGES); left > 0; left--) bytes = changeOnce(random, bytes, seeds)
  return bytes
}

function changeOnce(random: Random, bytes: Uint8Array, seeds: readonly Uint8Array[]): Uint8Array {
  if (bytes.length === 0) return pick(random, seeds).slice()
  const at = position(random, bytes.length)
  switch (below(random, 9)) {
    case 0:
      bytes[at]! ^= 1 << below(random, 8)
      return bytes
    case 1:
      bytes[at] = pick(random, ODD_BYTES)
      return bytes
    case 2:
      bytes[at] = below(random, 256)
      return bytes
    case 3: // where a number stands
      bytes.fill(pick(random, ODD_BYTES), at, at + pick(random, [2, 4, 8]))
      return bytes
    case 4:
      bytes[at] = (bytes[at]! + pick(random, [-1, 1])) & 0xff
      return bytes
    case 5:
      return bytes.slice(0, at)
    case 6: {
      const end = at + 1 + below(random, Math.min(64, bytes.length - at))
      return joined(bytes.subarray(0, at), bytes.subarray(end))
    }
    case 7: {
      const end = at + 1 + below(random, Math.min(64, bytes.length - at))
      return joined(bytes.subarray(0, end), bytes.subarray(at))
    }
    default: {
      const other = pick(random, seeds)
      const from = below(random, other.length + 1)
      const run = other.subarray(from, from + 1 + below(random, 64))
      return joined(bytes.subarray(0, at), run, bytes.subarray(Math.min(bytes.length, at + run.length)))
    }
  }
}

/** Anywhere, but often near the end, where GVariant keeps its framing offsets. */
function position(random: Random, length: number): number {
  return random() < 0.3 ? Math.max(0, length - 1 - below(random, 24)) : below(random, length)
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
