// Importing a compressed archive of 64 MiB takes no more memory than it may, whatever it is compressed with. The whole
// command, as a process of its own: its peak is the kernel's own count.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../reference.ts'
import { pseudoRandomBytes } from '../../seed.ts'

const MIB = 1 << 20
const MAX_PEAK_MIB = 250
const FILES = 8
const CLI = resolve(import.meta.dirname, '../../../dist/cli.js')
/** At its end a process writes down its peak. Not `maxRSS`, which has that of this process in it. */
const HOOK = `
import { readFileSync, writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(process.env.PEAK_FILE, readFileSync('/proc/self/status')))`

/** Windows of 8 MiB. */
const WAYS = {
  xz: ['xz', '-T1', '--lzma2=preset=0,dict=8MiB'],
  zstd: ['zstd', '-q', '-1', '-T1', '--zstd=wlog=23'], // the window of `zstd -19`
} as const

/** Files of 8 MiB: a quarter of each is random, the rest repeats what is near, or 6 MiB away. */
function makeTree(path: string): void {
  mkdirSync(path)
  const random = pseudoRandomBytes(16 * MIB)
  for (let file = 0; file < FILES; file++) {
    const bytes = new Uint8Array(8 * MIB)
    for (let i = 0; i < bytes.length; i += 1024)
      bytes.set(random.subarray(i + file * (MIB / 2), i + file * (MIB / 2) + 256), i)
    bytes.copyWithin(6 * MIB, 0, MIB)
    writeFileSync(join(path, `file-${file}`), bytes)
  }
}

test.runIf(process.platform === 'linux')('the peak of an import', { timeout: 120_000 }, async () => {
  const dir = await temporaryDirectory()
  makeTree(join(dir, 'tree'))
  execFileSync('tar', ['-C', join(dir, 'tree'), '-cf', join(dir, 'plain.tar'), '.'])
  rmSync(join(dir, 'tree'), { recursive: true })
  const peaks: Record<string, number> = {}
  for (const [name, command] of Object.entries(WAYS)) peaks[name] = peakOfImport(dir, name, command)
  expect(
    Object.values(peaks).every((peak) => peak > 20 && peak <= MAX_PEAK_MIB),
    JSON.stringify(peaks),
  ).toBe(true)
})

/** In MiB. */
function peakOfImport(dir: string, name: string, [program, ...options]: readonly [string, ...string[]]): number {
  const repo = join(dir, 'repo')
  const packed = join(dir, 'packed.tar')
  writeFileSync(packed, execFileSync(program, [...options, '-c', join(dir, 'plain.tar')], { maxBuffer: 256 * MIB }))
  const env = { ...process.env, PEAK_FILE: join(dir, `${name}.status`) }
  const node = (...args: string[]) => execFileSync(process.execPath, args, { env })
  node(CLI, 'init', `--repo=${repo}`, '--mode=bare-user-only')
  const hook = `data:text/javascript,${encodeURIComponent(HOOK)}`
  node('--import', hook, CLI, 'commit', `--repo=${repo}`, '--branch=main', `--tree=tar=${packed}`)
  const listed = node(CLI, 'ls', `--repo=${repo}`, '-R', 'main').toString()
  expect(listed.match(/ 8388608 \/file-/g)).toHaveLength(FILES)
  rmSync(repo, { recursive: true })
  return Number(/^VmHWM:\s+([0-9]+) kB$/m.exec(readFileSync(env.PEAK_FILE, 'utf8'))?.[1]) / 1024
}
