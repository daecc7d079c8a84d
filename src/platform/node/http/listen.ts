// An HTTP/1.1 server for the Node platform: requests to a handler, answers back, with the socket's back pressure.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { OstreeError } from '../../../errors.ts'
import type { HttpHeaders } from '../../types.ts'
import { ioError } from '../io-error.ts'

export interface ListenRequest {
  readonly method: string
  readonly target: string
  header(name: string): string | undefined
}

export interface ListenAnswer {
  readonly status: number
  readonly headers: HttpHeaders
  readonly body: AsyncIterableIterator<Uint8Array> | null
}

export interface ListenOptions {
  /** An address of this machine. */
  readonly address: string
  /** 0 lets the system choose. */
  readonly port: number
  handle(request: ListenRequest): Promise<ListenAnswer>
  /** Told of what `handle` or a body threw; the client sees 500 or a cut connection. */
  failed(error: unknown): void
}

export interface Listening {
  /** `http://127.0.0.1:8080/` */
  readonly url: string
  /** Cuts what is under way. */
  close(): Promise<void>
}

/** @throws {@link OstreeError} `IO` `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL` */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { createServer } = process.getBuiltinModule('node:http')
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      options.failed(error)
      response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(ioError(error, `${options.address}:${options.port}`)))
    server.listen(options.port, options.address, resolve)
  })
  const place = server.address()
  if (place === null || typeof place === 'string') {
    throw new OstreeError('UNSUPPORTED', { feature: 'listening', hint: 'give an address and a port' })
  }
  const host = place.family === 'IPv6' ? `[${place.address}]` : place.address
  return {
    url: `http://${host}:${place.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ListenOptions): Promise<void> {
  request.resume() // a body that nobody asked for
  response.on('error', () => {}) // the client went away: not worth a word
  const { method = 'GET', url: target = '/', headers } = request
  const header = (name: string) => {
    const value = headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
  let answered: ListenAnswer
  try {
    answered = await options.handle({ method, target, header })
  } catch (error) {
    options.failed(error)
    response.writeHead(500).end()
    return
  }
  response.writeHead(answered.status, answered.headers.flat())
  if (answered.body === null) return void response.end()
  for await (const piece of answered.body) {
    if (response.destroyed) return
    if (!response.write(piece)) await drained(response)
  }
  response.end()
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    response.on('drain', go).on('close', go)
  })
}
