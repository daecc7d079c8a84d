// Two versions of a small tree that make the reference's generator use every operation, and deltas between them.

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { referenceCommand, run } from '../reference.ts'

/** The same bytes in every run; they do not compress. */
export function noise(count: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(count)
  let state = seed
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

/** Touched here and there, so that no long run stays the same: a case for bsdiff. */
export function sprinkled(bytes: Uint8Array, every: number): Uint8Array {
  return bytes.map((byte, index) => (index % every === 0 ? byte ^ 0x55 : byte))
}

/** With something put in the middle, so that long runs move: a case for rollsum. */
export function spread(bytes: Uint8Array, text: string): Uint8Array {
  const half = bytes.length >> 1
  return new Uint8Array([...bytes.subarray(0, half), ...Buffer.from(text), ...bytes.subarray(half)])
}

/** Makes `dir/v1` and `dir/v2`. */
export function makeTrees(dir: string): void {
  const patched = noise(60_000, 1)
  const moved = noise(1_500_000, 2)
  for (const [name, change] of [
    ['v1', false],
    ['v2', true],
  ] as const) {
    const root = join(dir, name)
    mkdirSync(join(root, 'usr/lib'), { recursive: true })
    const write = (path: string, content: Uint8Array | string) => writeFileSync(join(root, path), content)
    write('usr/lib/patched.so', change ? sprinkled(patched, 400) : patched)
    write('usr/lib/moved.img', change ? spread(moved, 'inserted') : moved)
    write('usr/lib/same', 'the same in both\n')
    write('usr/empty', '')
    write(change ? 'usr/renamed' : 'usr/original', 'this one has another name\n')
    if (change) write('usr/new', noise(5000, 3))
    else write('usr/deleted', 'gone in the next version\n')
    chmodSync(join(root, 'usr/empty'), change ? 0o755 : 0o644)
    symlinkSync(change ? 'renamed' : 'original', join(root, 'usr/link'))
  }
}

export interface DeltaSamples {
  readonly from: string
  readonly to: string
}

/** The reference's `ostree`, which must succeed. */
export async function reference(dir: string, ...args: string[]): Promise<string> {
  const [program = '', ...first] = referenceCommand()
  const { code, stdout, stderr } = await run(program, [...first, ...args], { cwd: dir })
  if (code !== 0) throw new Error(`ostree ${args.join(' ')}: exit ${code}\n${stderr}`)
  return stdout.trim()
}

/** Commits both trees to `dir/source`, a bare-user-only repository: whoever runs the tests can make one. */
export async function makeSource(dir: string): Promise<DeltaSamples> {
  makeTrees(dir)
  await reference(dir, 'init', '--repo=source', '--mode=bare-user-only')
  const commit = (tree: string, time: number) =>
    reference(dir, 'commit', '--repo=source', '-b', 'main', `--tree=dir=${tree}`, `--timestamp=@${time}`, '-s', tree)
  const from = await commit('v1', 1)
  const to = await commit('v2', 2)
  return { from, to }
}
