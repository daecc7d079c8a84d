// Cookies of a remote: `REMOTE.cookies.txt` in the repository, in the format that Netscape began. Reading, changing, and
// which of them a request takes along. Facts: spec/pull.md#cookies

import { encodeUtf8, tryDecodeUtf8 } from '../../bytes/utf8.ts'
import { OstreeError, retold } from '../../errors.ts'
import { replaceFile } from '../../repo/replace-file.ts'
import type { Repo } from '../../repo/repo.ts'
import type { RemoteUrl } from './remote-url.ts'

export interface Cookie {
  readonly domain: string
  /** `TRUE`: for hosts below the domain as well. */
  readonly flag: string
  readonly path: string
  /** `TRUE`: over TLS alone. */
  readonly secure: string
  /** Seconds since the epoch; 0 is for ever. */
  readonly expires: bigint
  readonly name: string
  readonly value: string
  /** As it stands in the file. */
  readonly line: string
}

/** How long a cookie that is added lasts. */
const YEARS = 25

export function cookieJarPath(repo: Repo, remote: string): string {
  return `${repo.path}/${remote}.cookies.txt`
}

/** Empty where there is no jar. */
export async function listCookies(repo: Repo, remote: string): Promise<Cookie[]> {
  const bytes = await repo.platform.fs.tryReadFile(cookieJarPath(repo, remote))
  if (bytes === undefined) return []
  const text = tryDecodeUtf8(bytes)
  if (text === undefined) throw new OstreeError('FAILED', { reason: 'Invalid UTF-8' })
  return parseCookies(text)
}

/** Lines that are not seven fields are passed over; what separates the fields may be any blanks. */
export function parseCookies(text: string): Cookie[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+\+?(\d+)\s*(\S+)\s+(\S+)/.exec(line)
    if (match === null) return []
    const [, domain = '', flag = '', path = '', secure = '', expires = '', name = '', value = ''] = match
    return [{ domain, flag, path, secure, expires: BigInt(expires), name, value, line }]
  })
}

export type CookieToAdd = Pick<Cookie, 'domain' | 'path' | 'name' | 'value'>

/** Appends a cookie that lasts for 25 years; one of the same name stays where it is. */
export async function addCookie(repo: Repo, remote: string, cookie: CookieToAdd): Promise<void> {
  const { domain, path, name, value } = cookie
  const expires = new Date()
  expires.setUTCFullYear(expires.getUTCFullYear() + YEARS)
  const seconds = Math.floor(expires.getTime() / 1000)
  const flag = domain.startsWith('.') ? 'TRUE' : 'FALSE'
  const line = [domain, flag, path, 'FALSE', seconds, name, value].join('\t')
  const jar = cookieJarPath(repo, remote)
  try {
    const handle = await repo.platform.fs.open(jar, 'rw', 0o644)
    try {
      await handle.write(encodeUtf8(`${line}\n`), (await handle.stat()).sizeBytes)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw retold(error, `open(${remote}.cookies.txt)`)
  }
}

/** Takes out every cookie of that domain, path and name. @throws {@link OstreeError} `FAILED` where there is none. */
export async function deleteCookie(repo: Repo, remote: string, wanted: Omit<CookieToAdd, 'value'>): Promise<void> {
  const cookies = await listCookies(repo, remote)
  const kept = cookies.filter(
    ({ domain, path, name }) => domain !== wanted.domain || path !== wanted.path || name !== wanted.name,
  )
  await replaceFile(repo, cookieJarPath(repo, remote), encodeUtf8(kept.map(({ line }) => `${line}\n`).join('')), 0o600)
  if (kept.length === cookies.length) throw new OstreeError('FAILED', { reason: 'Cookie not found in jar' })
}

/** The `Cookie` header of a request; `null` where none applies. */
export function cookieHeader(cookies: readonly Cookie[], url: RemoteUrl, nowSeconds: number): string | null {
  const host = url.hostAndPort.replace(/:\d*$/, '').toLowerCase()
  const path = url.path === '' ? '/' : url.path
  const sent = cookies.filter(
    (cookie) =>
      matchesDomain(cookie, host) &&
      matchesPath(cookie.path, path) &&
      (cookie.secure !== 'TRUE' || url.scheme === 'https') &&
      (cookie.expires === 0n || cookie.expires >= BigInt(nowSeconds)),
  )
  // The longest path first; sorting keeps the file's order among equals.
  sent.sort((a, b) => b.path.length - a.path.length)
  return sent.length === 0 ? null : sent.map(({ name, value }) => `${name}=${value}`).join('; ')
}

function matchesDomain({ domain, flag }: Cookie, host: string): boolean {
  const plain = domain
    .replace(/^#HttpOnly_/, '')
    .replace(/^\./, '')
    .toLowerCase()
  if (host === plain) return true
  const isAddress = /^[\d.]+$/.test(host) || host.startsWith('[')
  return flag === 'TRUE' && !isAddress && host.endsWith(`.${plain}`)
}

function matchesPath(cookiePath: string, path: string): boolean {
  const folder = cookiePath.replace(/\/$/, '')
  return path === folder || path.startsWith(`${folder}/`)
}
