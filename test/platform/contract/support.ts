// Small things that the tests of the platforms share.

import { createHash } from 'node:crypto'
import { isIoError, isOstreeError, type OstreeError } from '../../../src/errors.ts'

export async function errorOf(run: () => unknown): Promise<OstreeError> {
  try {
    await run()
  } catch (error) {
    if (isOstreeError(error)) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** The errno and the call that an operation fails with, such as `ENOENT openat`. */
export async function ioFailure(run: () => unknown): Promise<string> {
  const error = await errorOf(run)
  return isIoError(error, error.code === 'IO' ? (error as OstreeError<'IO'>).details.errno : '')
    ? `${error.details.errno} ${error.details.call}`
    : error.code
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const sha256Hex = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
export const toHex = (data: Uint8Array): string => Buffer.from(data).toString('hex')

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  return new Uint8Array(Buffer.concat(pieces))
}

export async function* pieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < data.length; start += size) yield data.subarray(start, start + size)
}

/** Bytes that deflate somewhat, the same in every run. */
export function sample(length: number): Uint8Array {
  const data = new Uint8Array(length)
  let state = 1
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    data[i] = i % 7 < 3 ? 65 : state >>> 24
  }
  return data
}
