// The URL of a remote, taken apart as GLib's GUri takes it: nothing is decoded, and what is put together again is what
// was written. Facts: spec/pull.md#transport

import { OstreeError } from '../../errors.ts'

export interface RemoteUrl {
  /** In lower case. */
  readonly scheme: string
  readonly user: string | null
  readonly password: string | null
  /** As written, a port included: `[::1]:8080`. */
  readonly hostAndPort: string
  readonly path: string
  /** With its `?`. */
  readonly query: string
  readonly fragment: string
}

const URL_PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/s

/** @throws {@link OstreeError} `INVALID_ARGUMENT` */
export function parseRemoteUrl(text: string): RemoteUrl {
  const match = URL_PARTS.exec(text)
  if (match === null) throw new OstreeError('INVALID_ARGUMENT', { reason: NOT_ABSOLUTE })
  const [, scheme = '', userinfo, hostAndPort = '', path = '', query = '', fragment = ''] = match
  const colon = userinfo?.indexOf(':') ?? -1
  return {
    scheme: scheme.toLowerCase(),
    user: userinfo === undefined ? null : colon < 0 ? userinfo : userinfo.slice(0, colon),
    password: userinfo === undefined || colon < 0 ? null : userinfo.slice(colon + 1),
    hostAndPort,
    path,
    query,
    fragment,
  }
}

const NOT_ABSOLUTE = 'URI is not absolute, and no base URI was provided'

/** Without the password, which neither a request line nor a message shows. */
export function formatRemoteUrl(url: RemoteUrl): string {
  const user = url.user === null ? '' : `${url.user}@`
  return `${url.scheme}://${user}${url.hostAndPort}${url.path}${url.query}${url.fragment}`
}

/** A file below the URL: exactly one slash between the two, and whatever follows the path stays before it. */
export function fileUrl(base: RemoteUrl, file: string | null): string {
  const text = formatRemoteUrl(base)
  return file === null ? text : `${text.replace(/\/+$/, '')}/${file.replace(/^\/+/, '')}`
}

export function withPath(url: RemoteUrl, path: string): RemoteUrl {
  return { ...url, path }
}

/** A file or folder below the URL's path; a query stays behind it. */
export function withSubpath(url: RemoteUrl, below: string): RemoteUrl {
  return withPath(url, `${url.path.replace(/\/+$/, '')}/${below}`)
}

/** Only these are spoken. @throws {@link OstreeError} `INVALID_ARGUMENT` */
export function requireKnownScheme(url: RemoteUrl): RemoteUrl {
  if (['http', 'https', 'file'].includes(url.scheme)) return url
  throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid URI scheme in ${formatRemoteUrl(url)}` })
}

/** The path of a `file:` URL, percent escapes decoded. */
export function localPath(url: RemoteUrl): string {
  try {
    return decodeURIComponent(url.path)
  } catch (cause) {
    throw new OstreeError('NETWORK', { url: formatRemoteUrl(url), fault: 'bad-url' }, { cause })
  }
}
