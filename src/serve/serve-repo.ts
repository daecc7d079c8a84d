// A repository's answers to HTTP requests, without a socket: the platform's listener brings requests and takes answers.

import { toHex } from '../bytes/hex.ts'
import { piecesOf } from '../bytes/pieces.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { isIoError } from '../errors.ts'
import { KeyFile } from '../keyfile/key-file.ts'
import type { FileHandle, HttpHeaders } from '../platform/types.ts'
import type { Repo } from '../repo/repo.ts'
import { parseRange } from './byte-range.ts'
import { isServable, pathParts } from './servable.ts'

export interface ServedRequest {
  readonly method: string
  /** Path and query, as in the request line. */
  readonly target: string
  /** Names in lower case. */
  header(name: string): string | undefined
}

export interface ServedAnswer {
  readonly status: number
  readonly headers: HttpHeaders
  /** `null` for none. Must be read to its end or left (`return`). */
  readonly body: AsyncIterableIterator<Uint8Array> | null
}

const PIECE_BYTES = 64 * 1024
const METHODS = 'GET, HEAD, OPTIONS'
/** Pages of any origin may read what everyone may read. */
const CORS: HttpHeaders = [
  ['access-control-allow-origin', '*'],
  ['access-control-expose-headers', 'accept-ranges, content-length, content-range, etag, last-modified'],
]
const PREFLIGHT: HttpHeaders = [
  ['access-control-allow-methods', METHODS],
  ['access-control-allow-headers', 'if-modified-since, if-none-match, if-range, range'],
  ['access-control-max-age', '86400'],
]

/** Never fails for what a client asks; failures of the disk are thrown. */
export async function serveRequest(repo: Repo, request: ServedRequest): Promise<ServedAnswer> {
  const answer = await answerOf(repo, request)
  if (request.method !== 'HEAD') return answer
  await answer.body?.return?.()
  return { ...answer, body: null }
}

async function answerOf(repo: Repo, request: ServedRequest): Promise<ServedAnswer> {
  const { method } = request
  if (method === 'OPTIONS') return { status: 204, headers: [...CORS, ...PREFLIGHT], body: null }
  if (method !== 'GET' && method !== 'HEAD') return plain(405, [['allow', METHODS]])
  const parts = pathParts(request.target.replace(/[?#].*$/s, ''))
  if (parts === undefined) return plain(400)
  if (!isServable(parts)) return plain(404)
  const file = await openServed(repo, parts)
  if (file === undefined) return plain(404)
  const answer = fileAnswer(file, request)
  if (answer.body === null) await file.close()
  return answer
}

/** A short text, so that a person sees what is wrong. */
function plain(status: number, headers: HttpHeaders = []): ServedAnswer {
  const text = encodeUtf8(`${status}\n`)
  const described: HttpHeaders = [
    ...CORS,
    ...headers,
    ['content-type', 'text/plain'],
    ['content-length', `${text.length}`],
  ]
  return { status, headers: described, body: once(text) }
}

interface ServedFile {
  readonly sizeBytes: number
  readonly mtimeMs: number
  readonly etag: string
  pieces(start: number, end: number): AsyncIterableIterator<Uint8Array>
  close(): Promise<void>
}

function fileAnswer(file: ServedFile, request: ServedRequest): ServedAnswer {
  const { etag, mtimeMs, sizeBytes } = file
  const headers: HttpHeaders = [
    ...CORS,
    ['accept-ranges', 'bytes'],
    ['etag', etag],
    ['last-modified', new Date(mtimeMs).toUTCString()],
  ]
  if (isUnchanged(request, file)) return { status: 304, headers, body: null }
  const condition = request.header('if-range')
  const range = condition === undefined || condition === etag ? parseRange(request.header('range'), sizeBytes) : null
  const type = ['content-type', 'application/octet-stream'] as const
  if (range === 'unsatisfiable') {
    const unsatisfied: HttpHeaders = [...headers, ['content-range', `bytes */${sizeBytes}`], ['content-length', '0']]
    return { status: 416, headers: unsatisfied, body: null }
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes }
  const length = ['content-length', `${end - start}`] as const
  const placed = range === null ? [] : [['content-range', `bytes ${start}-${end - 1}/${sizeBytes}`] as const]
  return {
    status: range === null ? 200 : 206,
    headers: [...headers, type, length, ...placed],
    body: file.pieces(start, end),
  }
}

/** An `If-None-Match` outweighs the date. */
function isUnchanged(request: ServedRequest, { etag, mtimeMs }: ServedFile): boolean {
  const tags = request.header('if-none-match')
  if (tags !== undefined) {
    return tags.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')))
  }
  const since = Date.parse(request.header('if-modified-since') ?? '')
  return !Number.isNaN(since) && Math.floor(mtimeMs / 1000) * 1000 <= since
}

async function openServed(repo: Repo, parts: readonly string[]): Promise<ServedFile | undefined> {
  const path = `${repo.path}/${parts.join('/')}`
  try {
    if (parts[0] === 'refs') return await openFile(repo, await aliasTarget(repo, path))
    const file = await openFile(repo, path)
    return parts.length === 1 && parts[0] === 'config' && file !== undefined ? await publicConfig(repo, file) : file
  } catch (error) {
    // A link or another special file, a name too long, and what this process may not read are as good as not there.
    if (isIoError(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'EACCES', 'ENXIO', 'ENAMETOOLONG')) return undefined
    throw error
  }
}

async function openFile({ platform: { fs } }: Repo, path: string): Promise<ServedFile | undefined> {
  // Looked at before it is opened: opening a FIFO would wait for somebody to write.
  if ((await fs.tryLstat(path))?.kind !== 'file') return undefined
  const inode = await fs.devino(path)
  const handle = await fs.open(path, 'r')
  const { sizeBytes, mtimeMs } = await handle.stat()
  let open = true
  const close = async () => {
    if (!open) return
    open = false
    await handle.close()
  }
  return {
    sizeBytes,
    mtimeMs,
    etag: `"${[inode, sizeBytes, mtimeMs].map((part) => String(part).replaceAll(/[^0-9A-Za-z.:-]/g, '-')).join('-')}"`,
    pieces: (start, end) => pieces(handle, start, end, close),
    close,
  }
}

function pieces(
  handle: FileHandle,
  start: number,
  end: number,
  close: () => Promise<void>,
): AsyncIterableIterator<Uint8Array> {
  let at = start
  const next = async () => {
    if (at >= end) return undefined
    const piece = new Uint8Array(Math.min(PIECE_BYTES, end - at))
    const count = await handle.read(piece, at)
    at += count
    return count === 0 ? undefined : piece.subarray(0, count)
  }
  return piecesOf(next, close)
}

/** An alias is a link from one ref to another, below `refs/`. */
async function aliasTarget({ path: root, platform: { fs } }: Repo, path: string): Promise<string> {
  if ((await fs.tryLstat(path))?.kind !== 'symlink') return path
  const target: string[] = path.split('/').slice(0, -1)
  for (const part of (await fs.readlink(path)).split('/')) {
    if (part === '..') target.pop()
    else if (part !== '.' && part !== '') target.push(part)
  }
  const resolved = target.join('/')
  return resolved.startsWith(`${root}/refs/`) ? resolved : path
}

/** What a client needs to know, without the remotes: their URLs may hold passwords. */
async function publicConfig({ path, platform }: Repo, file: ServedFile): Promise<ServedFile> {
  await file.close()
  const config = KeyFile.parse(await platform.fs.readFile(`${path}/config`))
  const shown = new KeyFile()
  for (const key of config.hasGroup('core') ? config.keys('core') : []) {
    shown.setValue('core', key, config.getValue('core', key))
  }
  const bytes = encodeUtf8(shown.toText())
  return {
    sizeBytes: bytes.length,
    mtimeMs: file.mtimeMs,
    etag: `"${toHex(platform.sha256Once(bytes))}"`,
    pieces: (start, end) => once(bytes.subarray(start, end)),
    close: async () => {},
  }
}

function once(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  const left = [bytes]
  return piecesOf(async () => left.shift())
}
