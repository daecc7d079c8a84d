// Which proxy a request goes through: the remote's, or that of the environment, by libcurl's rules.
// Facts: spec/pull.md#proxies

import { OstreeError } from '../../errors.ts'
import type { Platform } from '../../platform/types.ts'
import type { RemoteUrl } from './remote-url.ts'

/** @param configured - The remote's `proxy`; empty text is none. */
export function proxyChoice(platform: Platform, configured: string | undefined): (url: RemoteUrl) => string | null {
  const env = (name: string) => {
    const value = platform.environment(name)
    return value === '' ? undefined : value
  }
  const except = env('no_proxy') ?? env('NO_PROXY') ?? ''
  const all = env('all_proxy') ?? env('ALL_PROXY')
  // Not HTTP_PROXY: a CGI program's environment has a request header under that name.
  const http = env('http_proxy') ?? all
  const https = env('https_proxy') ?? env('HTTPS_PROXY') ?? all
  const own = configured === '' ? undefined : configured
  return (url) => {
    if (isExcepted(hostOf(url), except)) return null
    const proxy = own ?? (url.scheme === 'https' ? https : http)
    return proxy === undefined ? null : proxyUrl(proxy)
  }
}

function proxyUrl(text: string): string {
  const withScheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text) ? text : `http://${text}`
  const url = withScheme.replace(/^socks5h:/i, 'socks5:')
  if (URL.canParse(url) && /^(https?|socks5):/i.test(url)) return url
  throw new OstreeError('INVALID_ARGUMENT', { reason: `Unsupported proxy '${text}'` })
}

function hostOf(url: RemoteUrl): string {
  return url.hostAndPort
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase()
}

/** `*`, or names and addresses separated by commas and blanks; a name stands for the hosts below it as well. */
function isExcepted(host: string, list: string): boolean {
  if (list.trim() === '*') return true
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(host, entry.toLowerCase()))
}

function matches(host: string, entry: string): boolean {
  const slash = entry.indexOf('/')
  if (slash > 0) return inNetwork(host, entry.slice(0, slash), Number(entry.slice(slash + 1)))
  const name = entry
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^\./, '')
    .replace(/\.$/, '')
  return host === name || (addressBits(host) === undefined && host.endsWith(`.${name}`))
}

function inNetwork(host: string, network: string, prefixBits: number): boolean {
  const address = addressBits(host)
  const base = addressBits(network)
  if (address === undefined || base === undefined || !(prefixBits >= 0 && prefixBits <= 32)) return false
  return prefixBits === 0 || address >>> (32 - prefixBits) === base >>> (32 - prefixBits)
}

/** An IPv4 address as its 32 bits. */
function addressBits(text: string): number | undefined {
  const parts = text.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN))
  if (parts.length !== 4 || parts.some((part) => !(part <= 255))) return undefined
  return parts.reduce((bits, part) => bits * 256 + part, 0)
}
