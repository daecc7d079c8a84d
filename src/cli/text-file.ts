// Text files that options name, read as the reference reads them.

import { tryDecodeUtf8 } from '../bytes/utf8.ts'
import { isIoError, OstreeError } from '../errors.ts'
import type { Platform } from '../platform/types.ts'

/** @throws {@link OstreeError} `FAILED` "Invalid UTF-8", also for a file with a NUL in it. */
export async function readTextFile({ fs }: Platform, path: string): Promise<string> {
  let bytes: Uint8Array
  try {
    bytes = await fs.readFile(path)
  } catch (error) {
    if (isIoError(error, 'EISDIR')) throw new OstreeError('FAILED', { reason: 'Is a directory' }, { cause: error })
    throw error
  }
  const text = tryDecodeUtf8(bytes)
  if (text === undefined || text.includes('\0')) throw new OstreeError('FAILED', { reason: 'Invalid UTF-8' })
  return text
}
