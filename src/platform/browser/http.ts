// HTTP for the browser platform: `fetch`. The browser follows redirects, chooses the protocol and judges certificates by
// itself; what it cannot be told otherwise is refused rather than left out.

import { piecesOf } from '../../bytes/pieces.ts'
import { OstreeError } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse } from '../types.ts'

/** Headers that a page may not set; the browser sends its own. */
const FORBIDDEN: ReadonlySet<string> = new Set(['user-agent', 'cookie'])

export function browserHttp({ tls }: HttpClientOptions): HttpClient {
  const { permissive, caPath, clientCertificatePath } = tls
  if (permissive || caPath !== null || clientCertificatePath !== null) {
    throw new OstreeError('UNSUPPORTED', { feature: 'setting up TLS', hint: 'a browser uses its own certificates' })
  }
  const closing = new AbortController()
  return {
    request: (request, options) => send(request, options, closing.signal),
    close: async () => closing.abort(new OstreeError('FAILED', { reason: 'The client was closed' })),
  }
}

async function send(
  { method, url, headers, proxy = null }: HttpRequest,
  { signal }: OperationOptions = {},
  closing: AbortSignal,
): Promise<HttpResponse> {
  if (proxy !== null) {
    throw new OstreeError('UNSUPPORTED', { feature: 'choosing a proxy', hint: 'a browser uses its own' })
  }
  const stop = signal === undefined ? closing : AbortSignal.any([signal, closing])
  try {
    // Without the DOM's types the compiler does not know `cache`.
    const init: RequestInit & { readonly cache: 'no-store' } = {
      method,
      headers: headers.filter(([name]) => !FORBIDDEN.has(name.toLowerCase())).map(([name, value]) => [name, value]),
      // The library keeps its own validators; a browser's cache would answer in the server's place.
      cache: 'no-store',
      credentials: 'omit',
      signal: stop,
    }
    const response = await fetch(url, init)
    // Bodies arrive decompressed, so a compressed one's announced length is not theirs.
    const encoded = response.headers.has('content-encoding')
    return {
      status: response.status,
      headers: [...response.headers].filter(([name]) => !(encoded && name === 'content-length')),
      url: response.url === '' ? url : response.url,
      body: pieces(response, url, stop),
    }
  } catch (error) {
    throw failure(error, url, stop, 'no-connection')
  }
}

function pieces(response: Response, url: string, stop: AbortSignal): AsyncIterableIterator<Uint8Array> {
  const reader = response.body?.getReader()
  const next = async () => {
    try {
      return (await reader?.read())?.value
    } catch (error) {
      throw failure(error, url, stop, 'partial')
    }
  }
  return piecesOf(next, async () => {
    await reader?.cancel().catch(() => undefined) // one that has failed cannot be cancelled
  })
}

/** A browser tells a page nothing of why a request failed. */
function failure(error: unknown, url: string, stop: AbortSignal, fault: 'no-connection' | 'partial'): unknown {
  if (stop.aborted) return stop.reason
  return error instanceof TypeError ? new OstreeError('NETWORK', { url, fault }, { cause: error }) : error
}
