// The process around the command: its words, streams, signals and end. The only file of the command that touches
// `process`, and the only one besides `src/platform/node/` that imports Node's modules.

import { constants as osConstants } from 'node:os'

// Not imported: that would load streams and promises, too. (measured: bench/reading)
const { accessSync, constants, statSync, writeSync } = process.getBuiltinModule('node:fs')

export interface Host {
  /** The words after the program's name. */
  readonly argv: readonly string[]
  /** The name this program was called by, for the usage line. */
  readonly program: string
  environment(name: string): string | undefined
  currentDirectory(): string
  /** Is stdout a terminal? */
  readonly isTerminal: boolean
  /** Characters in a line of that terminal. Default 80. */
  readonly terminalColumns?: number
  /** Writes everything before it returns. @throws {@link BrokenPipe} when nobody reads any more. */
  writeOut(bytes: Uint8Array): void
  writeErr(bytes: Uint8Array): void
  /** What comes in on stdin, in pieces as they come. */
  readIn(): AsyncIterable<Uint8Array>
  /** Calls back once, on the first SIGINT or SIGTERM; a second one ends the process as if nobody had asked. */
  onInterrupt(interrupted: (signal: InterruptSignal) => void): void
  /** Calls back with what nobody caught, a promise's rejection included. */
  onUncaught(failed: (error: unknown) => void): void
  /** Ends the process by `signal`, so that its parent sees why. */
  dieBy(signal: InterruptSignal): never
  /** A program by its path, or looked up in PATH when the name has no slash. */
  findProgram(name: string): string | undefined
  /** Runs a program in this one's place; answers the code to exit with. */
  replaceWith(program: string, argv: readonly string[]): Promise<number>
  /** Runs a line of shell with this program's own streams; answers what went wrong, if anything did. */
  runShell(line: string): Promise<string | undefined>
  exit(code: number): never
}

export type InterruptSignal = 'SIGINT' | 'SIGTERM'

/** The reader of stdout or stderr is gone. */
export class BrokenPipe extends Error {}

const DEFAULT_COLUMNS = 80
const STDOUT = 1
const STDERR = 2
/** What a shell shows for a program that SIGPIPE ended. Node ignores that signal, so its code is given instead. */
export const BROKEN_PIPE_CODE = 141

export function nodeHost(): Host {
  const [, script = 'ostree', ...argv] = process.argv
  return {
    argv,
    // Called through a wrapper or as `node main.js`, it is `ostree`: what scripts expect to read.
    program: /(^|\/)ostree-ts$/.test(script) ? 'ostree-ts' : 'ostree',
    environment: (name) => process.env[name],
    currentDirectory: () => process.cwd(),
    get isTerminal() {
      return process.stdout.isTTY === true
    },
    get terminalColumns() {
      return process.stdout.columns || DEFAULT_COLUMNS
    },
    writeOut: (bytes) => writeAll(STDOUT, bytes),
    writeErr: (bytes) => writeAll(STDERR, bytes),
    readIn: () => process.stdin,
    onInterrupt(interrupted) {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted(signal))
    },
    onUncaught: (failed) => void process.once('uncaughtException', failed),
    dieBy(signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
      // The signal is delivered before kill(2) returns to this thread.
      return process.exit(1)
    },
    findProgram,
    replaceWith,
    runShell,
    exit: (code) => process.exit(code),
  }
}

/** Synchronous, so that stdout and stderr keep their order; waits while a non-blocking pipe is full. */
function writeAll(fd: number, bytes: Uint8Array): void {
  let rest = bytes
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest))
    } catch (error) {
      if (hasErrno(error, 'EPIPE')) throw new BrokenPipe()
      if (!hasErrno(error, 'EAGAIN')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

function hasErrno(error: unknown, errno: string): boolean {
  return error instanceof Error && 'code' in error && error.code === errno
}

function findProgram(name: string): string | undefined {
  if (name.includes('/')) return isProgram(name) ? name : undefined
  for (const directory of (process.env.PATH ?? '/bin:/usr/bin').split(':')) {
    const path = directory === '' ? name : `${directory}/${name}`
    if (isProgram(path)) return path.includes('/') ? path : `./${path}`
  }
  return undefined
}

function isProgram(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if (hasErrno(error, 'EACCES')) return false
    throw error
  }
}

async function replaceWith(program: string, argv: readonly string[]): Promise<number> {
  const { spawn } = await import('node:child_process')
  const child = spawn(program, argv, { stdio: 'inherit' })
  // The terminal signals the child too; what it does about that decides how this program ends.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((done, failed) => {
    child.on('error', failed)
    child.on('close', (code, signal) => {
      if (code !== null) return done(code)
      process.removeAllListeners('SIGINT')
      process.removeAllListeners('SIGTERM')
      if (signal !== null) process.kill(process.pid, signal)
      done(1)
    })
  })
}

async function runShell(line: string): Promise<string | undefined> {
  const { spawn } = await import('node:child_process')
  const child = spawn('/bin/sh', ['-c', line], { stdio: 'inherit' })
  return new Promise((done, failed) => {
    child.on('error', failed)
    child.on('close', (code, signal) => {
      if (signal !== null) done(`Child process killed by signal ${osConstants.signals[signal]}`)
      else done(code === 0 ? undefined : `Child process exited with code ${code}`)
    })
  })
}
