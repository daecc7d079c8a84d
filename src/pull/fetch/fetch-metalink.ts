// A file by way of a metalink: the document, then its URLs in turn until one gives what was promised.
// Facts: spec/pull.md#metalinks

import { tryDecodeUtf8 } from '../../bytes/utf8.ts'
import { OstreeError } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import { MAX_METADATA_BYTES } from '../../repo/store/read-object.ts'
import { type MetalinkTarget, parseMetalink } from './metalink.ts'
import type { MirrorFetcher } from './mirror-fetcher.ts'
import type { RemoteUrl } from './remote-url.ts'

export interface MetalinkedFile {
  readonly bytes: Uint8Array
  readonly url: RemoteUrl
}

/**
 * @returns `undefined` where the metalink does not know the file.
 * @throws {@link OstreeError} `INVALID_FORMAT` for the document, `FAILED` when none of its URLs has what it promises.
 */
export async function fetchByMetalink(
  fetcher: MirrorFetcher,
  metalink: RemoteUrl,
  file: string,
  options: OperationOptions = {},
): Promise<MetalinkedFile | undefined> {
  const target = parseMetalink(tryDecodeUtf8(await fetchUrl(fetcher, metalink, options)) ?? '\u{fffd}', file)
  if (target === undefined) return undefined
  let last = ''
  for (const url of target.urls) {
    try {
      const bytes = await fetchUrl(fetcher, url, options)
      await check(bytes, target)
      return { bytes, url }
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof OstreeError)) throw error
      last = error.message
    }
  }
  const reason = `Exhausted ${target.urls.length} metalink targets, last error: ${last}`
  throw new OstreeError('FAILED', { reason })
}

async function fetchUrl(fetcher: MirrorFetcher, url: RemoteUrl, options: OperationOptions): Promise<Uint8Array> {
  const answer = await fetcher.fetchBytes({ mirrors: [url], file: null, maxBytes: MAX_METADATA_BYTES }, options)
  return answer?.status === 'ok' ? answer.bytes : new Uint8Array()
}

async function check(bytes: Uint8Array, { sizeBytes, hash }: MetalinkTarget): Promise<void> {
  if (bytes.length !== sizeBytes) {
    throw failed(`Expected size is ${sizeBytes} bytes but content is ${bytes.length} bytes`)
  }
  const { sha256, sha512 } = await import('hash-wasm')
  const actual = await (hash.algorithm === 'sha512' ? sha512(bytes) : sha256(bytes))
  if (actual !== hash.hex) throw failed(`Expected checksum is ${hash.hex} but actual is ${actual}`)
}

function failed(reason: string): OstreeError<'FAILED'> {
  return new OstreeError('FAILED', { reason })
}
