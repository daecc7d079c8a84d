// Makes the second version of a tree for the delta benches, in place and always the same: what changes, and how, follows
// from each file's path alone. Run with Node on a copy of the tree: node bench/second-version.ts DIRECTORY

import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One file in this many changes. */
const CHANGED = 12
/** One file in this many goes, and one in this many is new. */
const GONE = 150
const ADDED = 100

/** Repeatable random numbers below `limit`. */
function dice(seed: string): (limit: number) => number {
  let state = 2166136261
  for (const letter of seed) state = Math.imul(state ^ letter.charCodeAt(0), 16777619)
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

function* filesOf(directory: string, prefix = ''): Generator<string> {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const name = prefix + entry.name
    if (entry.isDirectory()) yield* filesOf(join(directory, entry.name), `${name}/`)
    else if (entry.isFile()) yield name
  }
}

/** A program that was built again: short fields change all over, and a little is put in. */
function rebuilt(bytes: Buffer, roll: (limit: number) => number): Buffer {
  const changed = Buffer.from(bytes)
  for (let at = roll(4096); at + 4 <= changed.length; at += 500 + roll(4000)) changed.writeUInt32LE(roll(2 ** 32), at)
  return inserted(changed, roll)
}

function inserted(bytes: Buffer, roll: (limit: number) => number): Buffer {
  const at = roll(bytes.length)
  const more = Buffer.from(`# version 2: ${roll(2 ** 32)} ${roll(2 ** 32)}\n`.repeat(1 + roll(8)))
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
}

/** One place in a file that otherwise stays. */
function patched(bytes: Buffer, roll: (limit: number) => number): Buffer {
  const changed = Buffer.from(bytes)
  const at = roll(changed.length)
  for (let i = at; i < Math.min(changed.length, at + 2000); i++) changed[i] = roll(256)
  return changed
}

const CHANGES = [rebuilt, rebuilt, inserted, patched]

export function makeSecondVersion(root: string): { changed: number; gone: number; added: number } {
  const counts = { changed: 0, gone: 0, added: 0 }
  for (const name of [...filesOf(root)]) {
    const path = join(root, name)
    const roll = dice(name)
    if (lstatSync(path).size === 0) continue
    if (roll(GONE) === 0) {
      rmSync(path)
      counts.gone++
    } else if (roll(CHANGED) === 0) {
      const change = CHANGES[roll(CHANGES.length)] as (typeof CHANGES)[number]
      writeFileSync(path, change(readFileSync(path), roll))
      counts.changed++
    } else if (roll(ADDED) === 0) {
      mkdirSync(join(root, 'second-version'), { recursive: true })
      writeFileSync(join(root, 'second-version', `${counts.added}`), readFileSync(path).reverse())
      counts.added++
    }
  }
  return counts
}

const [, script, directory] = process.argv
if (directory !== undefined && script?.endsWith('second-version.ts') === true) {
  process.stdout.write(`${JSON.stringify(makeSecondVersion(directory))}\n`)
}
