// UTF-8 that is never repaired: bytes that are not UTF-8, or text with lone surrogates, are errors.

import { OstreeError } from '../errors.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
const LONE_SURROGATE = /\p{Surrogate}/u

/** The text, or `undefined` where the bytes are not UTF-8 (surrogates and overlong forms are not). */
export function tryDecodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** @throws {@link OstreeError} `INVALID_FORMAT` */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = tryDecodeUtf8(bytes)
  if (text === undefined)
    throw new OstreeError('INVALID_FORMAT', { format: 'UTF-8', path: '', reason: 'invalid bytes' })
  return text
}

/** @throws {@link OstreeError} `INVALID_FORMAT` for a lone surrogate. */
export function encodeUtf8(text: string): Uint8Array {
  if (!isWellFormed(text)) {
    throw new OstreeError('INVALID_FORMAT', { format: 'text', path: '', reason: 'lone surrogate' })
  }
  return encoder.encode(text)
}

export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text)
}
