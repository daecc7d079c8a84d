// One answer of one URL: HTTP with its redirects followed, or a file. Facts: spec/pull.md#transport

import { toBase64 } from '../../bytes/base64.ts'
import { encodeUtf8 } from '../../bytes/utf8.ts'
import { OstreeError } from '../../errors.ts'
import type { HttpClient, HttpHeaders, HttpResponse, Platform } from '../../platform/types.ts'
import { openFile } from './open-file.ts'
import { isRedirect, MAX_REDIRECTS, redirectTarget, sameServer } from './redirect.ts'
import { fileUrl, formatRemoteUrl, parseRemoteUrl, type RemoteUrl } from './remote-url.ts'
import type { CacheValidators } from './types.ts'
import { conditions, headerOf, NO_VALIDATORS, validatorsOf } from './validators.ts'

/** The rest of a redirect's body is read up to here to keep its connection; beyond, the connection is given up. */
const MAX_DRAINED_BYTES = 64 * 1024

export interface OpenUrlContext {
  readonly platform: Platform
  /** Made at the first HTTP request. */
  http(): Promise<HttpClient>
  /** Go with every request. */
  readonly headers: HttpHeaders
  /** `Cookie` for a URL; `null` for none. */
  cookiesFor(url: RemoteUrl): string | null
  /** The proxy for a URL; `null` for none. */
  proxyFor(url: RemoteUrl): string | null
}

export interface OpenUrlOptions {
  readonly ifChangedFrom?: CacheValidators | undefined
  /** Told how many bytes came with an answer that is no success. */
  readonly onErrorBody?: (bytes: number) => void
  readonly signal?: AbortSignal | undefined
}

export interface UrlAnswer {
  readonly notModified: boolean
  /** Where the bytes come from in the end, for messages. */
  readonly url: string
  readonly sizeBytes: number | undefined
  readonly validators: CacheValidators
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * @param file - Below `base`; `null` is `base` itself.
 * @throws {@link OstreeError} `HTTP_STATUS`, `NETWORK`, `FILE_URL_NOT_FOUND`
 */
export async function openUrl(
  context: OpenUrlContext,
  base: RemoteUrl,
  file: string | null,
  options: OpenUrlOptions,
): Promise<UrlAnswer> {
  const url = parseRemoteUrl(fileUrl(base, file))
  if (url.scheme === 'file') return openFile(context.platform, url)
  const asked = conditions(options.ifChangedFrom ?? NO_VALIDATORS)
  const { response, finalUrl } = await followRedirects(context, base, url, asked, options.signal)
  const { status } = response
  if (status === 304 && asked.length > 0) return answer(response, finalUrl, true)
  if (status >= 200 && status < 300) return answer(response, finalUrl, false)
  options.onErrorBody?.(await drain(response))
  throw new OstreeError('HTTP_STATUS', { url: finalUrl, status })
}

async function followRedirects(
  context: OpenUrlContext,
  base: RemoteUrl,
  start: RemoteUrl,
  asked: HttpHeaders,
  signal: AbortSignal | undefined,
): Promise<{ readonly response: HttpResponse; readonly finalUrl: string }> {
  const http = await context.http()
  let url = start
  for (let redirects = 0; ; redirects++) {
    const headers = [...headersFor(context, base, url), ...asked]
    const sent = requestUrl(url)
    const response = await http.request({ method: 'GET', url: sent, headers, proxy: context.proxyFor(url) }, { signal })
    const location = isRedirect(response.status) ? headerOf(response.headers, 'location') : undefined
    const shown = response.url === sent ? formatRemoteUrl(url) : response.url
    if (location === undefined) return { response, finalUrl: shown }
    await drain(response)
    if (redirects >= MAX_REDIRECTS) throw new OstreeError('NETWORK', { url: shown, fault: 'redirects' })
    url = redirectTarget(url, location)
  }
}

/** Another server, to which the first one points, gets neither credentials nor cookies that were meant for the first. */
function headersFor(context: OpenUrlContext, base: RemoteUrl, url: RemoteUrl): HttpHeaders {
  const own = sameServer(base, url)
  const cookies = context.cookiesFor(url)
  return [
    ...context.headers.filter(([name]) => own || !['authorization', 'cookie'].includes(name.toLowerCase())),
    ...(own && base.user !== null ? [['authorization', basic(base.user, base.password ?? '')] as const] : []),
    ...(cookies === null ? [] : [['cookie', cookies] as const]),
  ]
}

/** As in the reference, escapes in the user's name are resolved and those in the password are not. */
function basic(user: string, password: string): string {
  return `Basic ${toBase64(encodeUtf8(`${unescapedUser(user)}:${password}`))}`
}

function unescapedUser(user: string): string {
  try {
    return decodeURIComponent(user)
  } catch {
    return user // a malformed escape, the only thing that can be wrong, stands for itself
  }
}

/** As it goes over the wire: no credentials, no fragment, nothing but ASCII. */
function requestUrl(url: RemoteUrl): string {
  const plain = formatRemoteUrl({ ...url, user: null, fragment: '' })
  try {
    return new URL(plain).href
  } catch (cause) {
    throw new OstreeError('NETWORK', { url: formatRemoteUrl(url), fault: 'bad-url' }, { cause })
  }
}

function answer(response: HttpResponse, url: string, notModified: boolean): UrlAnswer {
  const length = headerOf(response.headers, 'content-length')
  return {
    notModified,
    url,
    sizeBytes: length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined,
    validators: validatorsOf(response.headers),
    body: response.body,
  }
}

/** Answers how many bytes came. */
async function drain(response: HttpResponse): Promise<number> {
  let drained = 0
  for await (const piece of response.body) {
    drained += piece.length
    if (drained > MAX_DRAINED_BYTES) break
  }
  return drained
}
