// HTTP for the Node platform: undici's connection pools, loaded at the first use.

import type { Agent, Dispatcher, ProxyAgent } from 'undici'
import { OstreeError } from '../../../errors.ts'
import type { OperationOptions } from '../../../operation.ts'
import type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse } from '../../types.ts'
import { Answer } from './answer.ts'
import { networkError } from './faults.ts'
import { namedOnly, type TlsSetup, tlsSetup } from './tls.ts'

/** A kept-alive connection that turns out to be dead is replaced so many times before that counts as a failure. */
const MAX_STALE_CONNECTIONS = 5

type Undici = typeof import('undici').default

export async function nodeHttpClient(options: HttpClientOptions): Promise<HttpClient> {
  // Its own export, not the namespace: bundlers see no names in what it exports.
  const { default: undici } = await import('undici')
  return new UndiciClient(undici, options, await tlsSetup(options))
}

class UndiciClient implements HttpClient {
  readonly #undici: Undici
  readonly #options: Agent.Options
  readonly #setup: TlsSetup
  readonly #direct: Agent
  readonly #tunnels = new Map<string, ProxyAgent>()

  constructor(undici: Undici, { http2, maxConnections, tls }: HttpClientOptions, setup: TlsSetup) {
    this.#undici = undici
    this.#setup = setup
    this.#options = {
      connections: maxConnections,
      allowH2: http2,
      // What is slow is judged by speed, above this layer.
      headersTimeout: 0,
      bodyTimeout: 0,
    }
    // Sessions are not taken up again where names are checked here: they come without the certificate.
    const connect = tls.permissive
      ? namedOnly(undici.buildConnector({ ...setup.connect, maxCachedSessions: 0 }))
      : setup.connect
    this.#direct = new undici.Agent({ ...this.#options, connect })
  }

  async request(request: HttpRequest, options: OperationOptions = {}): Promise<HttpResponse> {
    const { url } = request
    const { failure } = this.#setup
    if (failure !== undefined && url.startsWith('https:')) {
      throw new OstreeError('NETWORK', { url, fault: failure })
    }
    return this.#attempt(request, options.signal, MAX_STALE_CONNECTIONS)
  }

  async close(): Promise<void> {
    await Promise.all([this.#direct, ...this.#tunnels.values()].map((dispatcher) => dispatcher.destroy()))
  }

  #attempt(request: HttpRequest, signal: AbortSignal | undefined, staleLeft: number): Promise<HttpResponse> {
    const { url } = request
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const onAbort = () => answer.abort(signal?.reason)
      const answer = new Answer(url, {
        resolve,
        reject: (error) => {
          signal?.removeEventListener('abort', onAbort)
          if (staleLeft > 0 && isStale(error)) resolve(this.#attempt(request, signal, staleLeft - 1))
          else reject(error)
        },
        translate: (error, started) => networkError(error, url, started),
        finished: () => signal?.removeEventListener('abort', onAbort),
      })
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#dispatch(request, answer)
    })
  }

  #dispatch(request: HttpRequest, answer: Answer): void {
    const { method, proxy = null } = request
    const { origin, protocol, host, pathname, search } = new URL(request.url)
    const headers = request.headers.flat()
    try {
      if (proxy !== null && protocol === 'http:' && proxy.startsWith('http')) {
        // A proxy is asked for the whole URL; tunnels are for what it must not see.
        const { origin: proxyOrigin, authorization } = proxyAccess(proxy)
        const forProxy = ['host', host, ...headers, ...(authorization ? ['proxy-authorization', authorization] : [])]
        this.#direct.dispatch(
          { origin: proxyOrigin, path: `${origin}${pathname}${search}`, method, headers: forProxy },
          answer,
        )
      } else {
        const dispatcher: Dispatcher = proxy === null ? this.#direct : this.#tunnel(proxy)
        dispatcher.dispatch({ origin, path: `${pathname}${search}`, method, headers }, answer)
      }
    } catch (error) {
      answer.onResponseError(undefined, error instanceof Error ? error : new Error(String(error)))
    }
  }

  #tunnel(proxy: string): ProxyAgent {
    let tunnel = this.#tunnels.get(proxy)
    tunnel ??= new this.#undici.ProxyAgent({ ...this.#options, uri: proxy, requestTls: this.#setup.connect })
    this.#tunnels.set(proxy, tunnel)
    return tunnel
  }
}

function proxyAccess(proxy: string): { readonly origin: string; readonly authorization: string | undefined } {
  const { origin, username, password } = new URL(proxy)
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { origin, authorization: username === '' ? undefined : `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** A kept-alive connection that was closed by the other side while nothing was under way: no answer is lost with it. */
function isStale(error: unknown): boolean {
  if (!(error instanceof OstreeError) || !(error.cause instanceof Error)) return false
  const { cause } = error
  if (!('socket' in cause) || typeof cause.socket !== 'object' || cause.socket === null) return false
  return 'bytesRead' in cause.socket && Number(cause.socket.bytesRead) > 0
}
