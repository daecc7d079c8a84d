// Runs our command inside the test's own process, with a host made of plain values: fast enough for tables of hundreds
// of command lines. What only a real process shows (pipes, exit, other programs) is tested with `runOurs`.

import { BrokenPipe, type Host, type InterruptSignal, nodeHost } from '../../src/cli/host.ts'
import { main } from '../../src/cli/run.ts'
import type { HashChoice } from '../../src/platform/node/hashing.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import type { Platform } from '../../src/platform/types.ts'
import type { Output } from '../reference.ts'

export interface InProcessOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly isTerminal?: boolean
  readonly program?: string
  /** The engine that hashes. Default: the environment's choice. */
  readonly hash?: HashChoice
  /** What comes in on stdin. */
  readonly input?: Uint8Array
  /** stdout closes after this many bytes. */
  readonly stdoutLimit?: number
  /** Arrives before the command starts. The run then rejects with `ended by SIGNAL`. */
  readonly interrupt?: InterruptSignal
}

const shared = new Map<HashChoice | undefined, Promise<Platform>>()

function sharedPlatform(hash: HashChoice | undefined): Promise<Platform> {
  const made = shared.get(hash) ?? nodePlatform(hash === undefined ? {} : { hash })
  shared.set(hash, made)
  return made
}

export async function runInProcess(argv: readonly string[], options: InProcessOptions = {}): Promise<Output> {
  const { host, output } = fakeHost(argv, options)
  process.chdir(options.cwd ?? '/') // the platform takes relative paths from there; a file's tests run one by one
  const code = await main(host, () => sharedPlatform(options.hash))
  return { code, ...output() }
}

export interface FakeHost {
  readonly host: Host
  output(): Omit<Output, 'code'>
  /** As if nobody had caught `error`. */
  fail(error: unknown): void
}

export function fakeHost(argv: readonly string[], options: InProcessOptions = {}): FakeHost {
  const { cwd = '/', env = {}, isTerminal = false, program = 'ostree', input, interrupt } = options
  const { stdoutLimit = Number.POSITIVE_INFINITY } = options
  const stdout: Uint8Array[] = []
  const stderr: Uint8Array[] = []
  let written = 0
  let uncaught: (error: unknown) => void = () => {}
  const host: Host = {
    argv,
    program,
    isTerminal,
    environment: (name) => env[name],
    currentDirectory: () => cwd,
    writeOut(bytes) {
      written += bytes.length
      if (written > stdoutLimit) throw new BrokenPipe()
      stdout.push(bytes.slice())
    },
    writeErr: (bytes) => void stderr.push(bytes.slice()),
    async *readIn() {
      if (input !== undefined) yield input
    },
    onInterrupt(interrupted) {
      if (interrupt !== undefined) interrupted(interrupt)
    },
    onUncaught(failed) {
      uncaught = failed
    },
    dieBy(signal): never {
      throw new Error(`ended by ${signal}`)
    },
    findProgram: () => undefined,
    replaceWith: async () => 1,
    runShell: nodeHost().runShell,
    exit(code): never {
      throw new Error(`exit ${code}`)
    },
  }
  const output = () => {
    const stdoutBytes = new Uint8Array(Buffer.concat(stdout))
    return {
      stdout: Buffer.from(stdoutBytes).toString('utf8'),
      stderr: Buffer.concat(stderr).toString('utf8'),
      stdoutBytes,
    }
  }
  return { host, output, fail: (error) => uncaught(error) }
}

/** What a user sees; the bytes of stdout only where they are no text. */
export function seen({ code, stdout, stderr, stdoutBytes }: Output): object {
  const binary = stdout.includes('\ufffd') ? { bytes: Buffer.from(stdoutBytes).toString('hex') } : {}
  return { code, stderr, stdout, ...binary }
}
