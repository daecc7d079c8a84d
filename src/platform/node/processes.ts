// Other programs, run without a shell: arguments and bytes in, bytes out.

import { OstreeError } from '../../errors.ts'
import type { ProcessAccess, ProcessOptions, ProcessOutput } from '../types.ts'
import { plainBytes } from './bytes.ts'

/** The descriptor that a program may write to besides its two outputs. */
const STATUS_FD = 3

export const processAccess: ProcessAccess = { statusFd: STATUS_FD, run }

async function run(
  program: string,
  args: readonly string[],
  { stdin, signal }: ProcessOptions = {},
): Promise<ProcessOutput> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  signal?.throwIfAborted()
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe', 'pipe'], ...(signal && { signal }) })
    const outputs = [1, 2, STATUS_FD].map((fd) => collect(child.stdio[fd] as NodeJS.ReadableStream))
    child.stdin?.on('error', () => {}) // a program may end without having read its input
    child.stdin?.end(stdin)
    child.on('error', (error) => failed(signal?.aborted === true ? signal.reason : startFailure(error, program)))
    child.on('close', (code) => {
      const [stdout, stderr, status] = outputs.map((pieces) => plainBytes(Buffer.concat(pieces)))
      done({ code, stdout: stdout!, stderr: stderr!, status: status! })
    })
  })
}

function collect(stream: NodeJS.ReadableStream): Buffer[] {
  const pieces: Buffer[] = []
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  return pieces
}

function startFailure(error: Error, program: string): OstreeError {
  const errno = 'code' in error && typeof error.code === 'string' ? error.code : 'EIO'
  return new OstreeError('IO', { errno, call: 'execve', path: program }, { cause: error })
}
