// Running programs for a comparison: the reference's command and ours, in an environment that changes nothing they print.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { REFERENCE_ROOT, referenceCommand } from './reference-command.ts'

export interface RunOptions {
  readonly cwd?: string
  /** Added to the environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string | Uint8Array
  /** Numeric ids to run as; needs root. */
  readonly uid?: number
  readonly gid?: number
  /** A program, with its first arguments, that runs the command: `setpriv`, say. */
  readonly under?: readonly string[]
}

export interface Output {
  /** 128 plus the signal's number when a signal ended it, as in a shell. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** stdout before it was taken for UTF-8. */
  readonly stdoutBytes: Uint8Array
}

/** Variables that change what either command does or prints; a test sets those it is about. */
const HERMETIC: Readonly<Record<string, string | undefined>> = {
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  LANGUAGE: undefined,
  TZ: 'UTC',
  OSTREE_REPO: undefined,
  OSTREE_SYSROOT: undefined,
  G_MESSAGES_DEBUG: undefined,
  FORCE_COLOR: undefined,
  NODE_OPTIONS: undefined,
}

const SIGNALS: Readonly<Record<string, number>> = { SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }

/** Runs a program to its end. Rejects only when it cannot be started. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const { cwd, env = {}, input = '', uid, gid, under = [] } = options
  const [first, ...rest] = [...under, program, ...args]
  return new Promise((done, failed) => {
    const child = spawn(first!, rest, {
      env: { ...process.env, ...HERMETIC, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.on('error', () => {}) // a program may end without reading all of its input
    child.stdin.end(input)
    child.on('error', failed)
    child.on('close', (code, signal) => {
      const bytes = Buffer.concat(stdout)
      done({
        code: code ?? 128 + (SIGNALS[signal ?? ''] ?? 0),
        stdout: bytes.toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
        stdoutBytes: new Uint8Array(bytes),
      })
    })
  })
}

/** The reference's `ostree ARGS` on this machine's paths. */
export function runReference(args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const [program, ...first] = referenceCommand()
  return run(program, [...first, ...args], options)
}

/** A program of the reference's root (`gjs`, `python3`, `strace`), chrooted into it. Needs root. */
export function runInsideReference(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Output> {
  return run('chroot', [REFERENCE_ROOT, program, ...args], options)
}

/** Our command as it is shipped: `dist/cli.js` of `project`, which must be built. */
export function runShipped(project: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  return run(process.execPath, [join(project, 'dist/cli.js'), ...args], options)
}
