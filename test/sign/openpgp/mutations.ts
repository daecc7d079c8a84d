// Small damage to bytes, the same in every run.

export type RandomNumber = (below: number) => number

export function randomNumbers(seed: number): RandomNumber {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
}

export function mutated(bytes: Uint8Array, random: RandomNumber): Uint8Array {
  const at = random(bytes.length)
  const changed = bytes.slice()
  switch (random(5)) {
    case 0:
      changed[at]! ^= 1 << random(8)
      return changed
    case 1:
      return bytes.slice(0, at)
    case 2:
      changed[random(Math.min(24, bytes.length))] = random(256)
      return changed
    case 3:
      return Uint8Array.of(...bytes.subarray(0, at), random(256), ...bytes.subarray(at))
    default:
      return Uint8Array.of(...bytes, ...Array.from({ length: 1 + random(20) }, () => random(256)))
  }
}
