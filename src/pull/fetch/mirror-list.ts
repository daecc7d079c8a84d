// `mirrorlist=URL` in place of a URL: a file that lists mirrors, one a line. Facts: spec/pull.md#mirror-lists

import { tryDecodeUtf8 } from '../../bytes/utf8.ts'
import { OstreeError, prefixed } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import { MAX_METADATA_BYTES } from '../../repo/store/read-object.ts'
import type { MirrorFetcher } from './mirror-fetcher.ts'
import { parseRemoteUrl, type RemoteUrl, requireKnownScheme, withSubpath } from './remote-url.ts'

const PREFIX = 'mirrorlist='

/**
 * The mirrors that a configured URL stands for: itself, or those of its list.
 * @throws {@link OstreeError} for a URL that is none, and a list that cannot be had or names no mirror that works.
 */
export async function mirrorsOf(fetcher: MirrorFetcher, url: string, options: OperationOptions): Promise<RemoteUrl[]> {
  if (!url.startsWith(PREFIX)) return [requireKnownScheme(parseRemoteUrl(url))]
  return readMirrorList(fetcher, url.slice(PREFIX.length), options)
}

async function readMirrorList(
  fetcher: MirrorFetcher,
  listUrl: string,
  options: OperationOptions,
): Promise<RemoteUrl[]> {
  const list = parseRemoteUrl(listUrl)
  let text: string
  try {
    text = await fetchText(fetcher, list, options)
  } catch (error) {
    throw prefixed(error, `While fetching mirrorlist '${listUrl}'`)
  }
  const mirrors: RemoteUrl[] = []
  for (const mirror of text.split('\n').flatMap(mirrorOfLine)) {
    // The first of those that stay is known to work, so that not every request has to find that out; the others are
    // taken at their word.
    if (mirrors.length > 0 || (await works(fetcher, mirror, options))) mirrors.push(mirror)
  }
  if (mirrors.length > 0) return mirrors
  throw new OstreeError('FAILED', { reason: `No valid mirrors were found in mirrorlist '${listUrl}'` })
}

/** Empty lines, comments and whatever is no HTTP URL are left out. */
function mirrorOfLine(line: string): RemoteUrl[] {
  if (line === '' || line.startsWith('#')) return []
  try {
    const url = parseRemoteUrl(line)
    return ['http', 'https'].includes(url.scheme) ? [url] : []
  } catch (error) {
    if (error instanceof OstreeError && error.code === 'INVALID_ARGUMENT') return []
    throw error
  }
}

async function works(fetcher: MirrorFetcher, mirror: RemoteUrl, options: OperationOptions): Promise<boolean> {
  try {
    await fetchText(fetcher, withSubpath(mirror, 'config'), options)
    return true
  } catch (error) {
    if (error instanceof OstreeError) return false
    throw error
  }
}

async function fetchText(fetcher: MirrorFetcher, url: RemoteUrl, options: OperationOptions): Promise<string> {
  const answer = await fetcher.fetchBytes({ mirrors: [url], file: null, maxBytes: MAX_METADATA_BYTES }, options)
  const text = answer?.status === 'ok' ? tryDecodeUtf8(answer.bytes) : ''
  if (text === undefined) throw new OstreeError('FAILED', { reason: 'Invalid UTF-8' })
  return text
}
