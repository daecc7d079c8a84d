// A server on this machine for tests of what goes over the network: it serves a folder, and whatever else a test tells
// it to do to a request. Its port is the system's choice, and it is gone when the test ends.

import { readFile, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { onTestFinished } from 'vitest'

export type Fault =
  /** Answers with that status and a short text. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  /** Resets the connection, having said nothing. */
  | { readonly kind: 'reset' }
  /** Closes the connection, having said nothing. */
  | { readonly kind: 'close' }
  /** Announces everything, sends that part of the body (0 to 1) and resets. */
  | { readonly kind: 'reset-midway'; readonly share: number }
  /** Announces everything, sends that part and closes. */
  | { readonly kind: 'truncate'; readonly share: number }
  /** Announces that length and sends the whole body. */
  | { readonly kind: 'length'; readonly announced: number }
  /** Sends the body so many bytes at a time, with a pause in between. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly pauseMs: number }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Speaks no HTTP. */
  | { readonly kind: 'garbage' }
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  /** Sends these bytes instead of the file. */
  | { readonly kind: 'body'; readonly body: Uint8Array | string; readonly headers?: Record<string, string> }

export interface Request {
  /** With the query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** 1 for the first request for this path. */
  readonly times: number
}

export interface MisbehavingServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly port: number
  readonly requests: readonly Request[]
  /** Connections that were made to it. */
  readonly connections: number
  /** Decides what goes wrong with each request; `undefined` serves it well. May be changed at any time. */
  misbehave(decide: (request: Request) => Fault | undefined): void
  /** Goes away: open connections are cut, and new ones refused. */
  stop(): Promise<void>
  /** Comes back on the same port. */
  restart(): Promise<void>
}

/** @param folder - What is served where nothing goes wrong; nothing when it is left out. */
export async function misbehavingServer(
  folder: string | null,
  decide: (request: Request) => Fault | undefined = () => undefined,
): Promise<MisbehavingServer> {
  const requests: Request[] = []
  const timers = new Set<NodeJS.Timeout>()
  let current = decide
  let connections = 0
  const server = createServer((incoming, response) => {
    const path = incoming.url ?? ''
    const times = requests.filter((earlier) => earlier.path === path).length + 1
    const request = { path, headers: incoming.headers, times }
    requests.push(request)
    // A client that goes away in the middle is part of what is tested.
    response.on('error', () => {})
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.on('connection', () => {
    connections++
  })
  server.on('clientError', (_error, socket) => socket.destroy())

  async function answer(request: Request, response: ServerResponse): Promise<void> {
    const fault = current(request)
    const body = await bodyFor(request, fault)
    const headers = fault !== undefined && 'headers' in fault ? fault.headers : {}
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value)
    const sendPart = (share: number, then: () => void) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`)
      response.socket?.write(body.subarray(0, Math.floor(body.length * share)), then)
    }
    switch (fault?.kind) {
      case 'status':
        return void response.writeHead(fault.status).end(fault.status === 304 ? undefined : `status ${fault.status}\n`)
      case 'reset':
        return void response.socket?.resetAndDestroy()
      case 'close':
        return void response.socket?.destroy()
      case 'reset-midway':
        return sendPart(fault.share, () => response.socket?.resetAndDestroy())
      case 'truncate':
        return sendPart(fault.share, () => response.socket?.end())
      case 'length':
        response.socket?.end(
          `HTTP/1.1 200 OK\r\nContent-Length: ${fault.announced}\r\n\r\n${body.toString('latin1')}`,
          'latin1',
        )
        return
      case 'trickle':
        response.writeHead(200, { 'content-length': body.length })
        return trickle(response, body, fault, timers)
      case 'hang':
        return
      case 'garbage':
        return void response.socket?.end('this is not the protocol you are looking for\r\n\r\n')
      case 'redirect':
        return void response.writeHead(fault.status ?? 302, { location: fault.to }).end()
      default:
        return serve(request, body, response)
    }
  }

  async function bodyFor(request: Request, fault: Fault | undefined): Promise<Buffer> {
    if (fault?.kind === 'body') return Buffer.from(fault.body)
    const file = localFile(folder, request.path)
    return file !== undefined && (await isFile(file)) ? readFile(file) : Buffer.alloc(0)
  }

  async function serve(request: Request, body: Buffer, response: ServerResponse): Promise<void> {
    const replaced = current(request)?.kind === 'body'
    const file = localFile(folder, request.path)
    if (!replaced && (file === undefined || !(await isFile(file))))
      return void response.writeHead(404).end('not here\n')
    response.writeHead(200, { 'content-length': body.length }).end(body)
  }

  await listen(server, 0)
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    if (!server.listening) return
    for (const timer of timers) clearInterval(timer)
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
  onTestFinished(stop)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections
    },
    misbehave: (next) => {
      current = next
    },
    stop,
    restart: () => listen(server, port),
  }
}

function trickle(
  response: ServerResponse,
  body: Buffer,
  { bytes, pauseMs }: { readonly bytes: number; readonly pauseMs: number },
  timers: Set<NodeJS.Timeout>,
): void {
  let sent = 0
  const timer = setInterval(() => {
    response.write(body.subarray(sent, sent + bytes))
    sent += bytes
    if (sent < body.length) return
    response.end()
    clearInterval(timer)
  }, pauseMs)
  timers.add(timer)
  response.on('close', () => clearInterval(timer))
}

function localFile(folder: string | null, path: string): string | undefined {
  if (folder === null) return undefined
  const plain = normalize(decodeURIComponent(path.split('?')[0] ?? ''))
  return plain.startsWith('/..') ? undefined : join(folder, plain)
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
}
