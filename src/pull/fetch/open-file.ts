// A `file://` URL as an answer.

import { piecesOf } from '../../bytes/pieces.ts'
import { isIoError, OstreeError } from '../../errors.ts'
import type { FileHandle, Platform } from '../../platform/types.ts'
import type { UrlAnswer } from './open-url.ts'
import { formatRemoteUrl, localPath, type RemoteUrl } from './remote-url.ts'

const PIECE_BYTES = 128 * 1024

/** @throws {@link OstreeError} `FILE_URL_NOT_FOUND` */
export async function openFile(platform: Platform, url: RemoteUrl): Promise<UrlAnswer> {
  const shown = formatRemoteUrl(url)
  let handle: FileHandle
  try {
    handle = await platform.fs.open(localPath(url), 'r-follow')
  } catch (error) {
    if (!isIoError(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error
    throw new OstreeError('FILE_URL_NOT_FOUND', { url: shown }, { cause: error })
  }
  let sizeBytes: number
  try {
    const stat = await handle.stat()
    if (stat.kind !== 'file') throw new OstreeError('FILE_URL_NOT_FOUND', { url: shown })
    sizeBytes = stat.sizeBytes
  } catch (error) {
    await handle.close()
    throw error
  }
  return {
    notModified: false,
    url: shown,
    sizeBytes,
    validators: { etag: null, lastModified: null },
    body: pieces(handle),
  }
}

function pieces(handle: FileHandle): AsyncIterableIterator<Uint8Array> {
  const next = async () => {
    const piece = new Uint8Array(PIECE_BYTES)
    const count = await handle.read(piece)
    return count === 0 ? undefined : piece.subarray(0, count)
  }
  return piecesOf(next, async () => handle.close())
}
