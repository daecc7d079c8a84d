// Timing a whole command: wall time and the most memory it held, for ours and for the reference.

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Measure {
  readonly seconds: number
  /** The peak of resident memory; `undefined` for a command too short to be looked at. */
  readonly peakMebibytes: number | undefined
}

const LOOK_EVERY_MS = 10

/** The kernel's own high-water mark of a running process. */
function highWaterMark(pid: number): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined // it has ended
    throw error
  }
}

/** Runs a command that must succeed. Its output is thrown away; its words are kept for the error. */
export function measure(command: readonly string[], cwd: string): Promise<Measure> {
  const [program = '', ...args] = command
  return new Promise((done, failed) => {
    const started = performance.now()
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
    let peakMebibytes: number | undefined
    let stderr = ''
    const look = setInterval(() => {
      if (child.pid !== undefined) peakMebibytes = highWaterMark(child.pid) ?? peakMebibytes
    }, LOOK_EVERY_MS)
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.on('error', failed)
    child.on('close', (code) => {
      clearInterval(look)
      const seconds = (performance.now() - started) / 1000
      if (code === 0) done({ seconds, peakMebibytes })
      else failed(new Error(`${command.join(' ')}: exit ${code}\n${stderr}`))
    })
  })
}

/** The middle one by time, with the highest of the peaks. */
export function median(measures: readonly Measure[]): Measure {
  const sorted = [...measures].sort((a, b) => a.seconds - b.seconds)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('nothing was measured')
  const peaks = measures.flatMap(({ peakMebibytes }) => peakMebibytes ?? [])
  return { seconds: middle.seconds, peakMebibytes: peaks.length === 0 ? undefined : Math.max(...peaks) }
}
