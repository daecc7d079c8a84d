// How long does a pull of 20,000 objects over loopback take, beside the reference's, from one server (ours), by turns? And
// does memory stay within 400 MB? `npm run bench:pull`.

import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Measure, measure, median } from './measure.ts'

const FOLDERS = 200
const FILES_EACH = 99
const LIMIT = 0.7
const PEAK_LIMIT_MEBIBYTES = 400

/** The same numbers in every run, from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Text files of 200 bytes to 60 kB, most of them small: 150 MB, a third of it when compressed. */
function makeTree(folder: string): void {
  const next = numbers(12345)
  for (let d = 0; d < FOLDERS; d++) {
    mkdirSync(join(folder, `d${d}`), { recursive: true })
    for (let f = 0; f < FILES_EACH; f++) {
      const size = 200 + next() * next() * next() * 60_000
      let text = ''
      while (text.length < size) text += `${Math.floor(next() * 1e9).toString(36)} word line\n`
      writeFileSync(join(folder, `d${d}`, `f${f}`), text)
    }
  }
}

function succeed([program = '', ...first]: readonly string[], ...args: string[]): void {
  const { status, stderr } = spawnSync(program, [...first, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
}

async function serve(ours: readonly string[], repo: string): Promise<{ readonly url: string; stop(): void }> {
  const [program = '', ...first] = ours
  const child = spawn(program, [...first, 'serve', `--repo=${repo}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((found, failed) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const match = /http:\/\/[0-9.]+:[0-9]+/.exec(text)
      if (match !== null) found(match[0])
    })
    child.on('exit', () => failed(new Error('the server ended')))
  })
  return { url, stop: () => void child.kill() }
}

export interface PullBench {
  readonly ours: readonly string[]
  readonly reference: readonly string[]
  readonly rounds: number
  readonly print: (line: string) => void
}

/** @returns Whether all was within its limits. */
export async function benchPull({ ours, reference, rounds, print }: PullBench): Promise<boolean> {
  const ostree = (...args: string[]) => succeed(reference, ...args)
  const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'pull-bench-'))
  let withinLimits = true
  try {
    makeTree(join(dir, 'tree'))
    ostree('init', `--repo=${dir}/remote`, '--mode=archive')
    ostree('commit', `--repo=${dir}/remote`, '-b', 'main', join(dir, 'tree'))
    ostree('summary', `--repo=${dir}/remote`, '-u')
    const server = await serve(ours, join(dir, 'remote'))
    for (const [name, mode, words] of [
      ['pull into bare-user', 'bare-user', ['origin', 'main']],
      ['pull into archive', 'archive', ['origin', 'main']],
    ] as const) {
      const times: { readonly ours: Measure[]; readonly reference: Measure[] } = { ours: [], reference: [] }
      for (let round = 0; round < rounds; round++) {
        for (const [tool, command] of [
          ['reference', reference],
          ['ours', ours],
        ] as const) {
          rmSync(join(dir, 'repo'), { recursive: true, force: true })
          ostree('init', `--repo=${dir}/repo`, `--mode=${mode}`)
          ostree('remote', 'add', `--repo=${dir}/repo`, '--no-gpg-verify', 'origin', server.url)
          times[tool].push(await measure([...command, 'pull', `--repo=${dir}/repo`, ...words], dir))
        }
        ostree('fsck', '-q', `--repo=${dir}/repo`)
      }
      const [our, their] = [median(times.ours), median(times.reference)]
      const ratio = our.seconds / their.seconds
      const peak = our.peakMebibytes ?? 0
      withinLimits &&= ratio <= LIMIT && peak <= PEAK_LIMIT_MEBIBYTES
      const numbers = `${our.seconds.toFixed(2)} s, reference ${their.seconds.toFixed(2)} s, ratio ${ratio.toFixed(2)}`
      print(
        `${name}: ${numbers} (at most ${LIMIT}); peak ${peak.toFixed(0)} MiB, reference ${their.peakMebibytes?.toFixed(0)}`,
      )
    }
    server.stop()
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
  return withinLimits
}
