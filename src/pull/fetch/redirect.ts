// Redirects, followed as libcurl follows them. Facts: spec/pull.md#redirects

import { OstreeError } from '../../errors.ts'
import { formatRemoteUrl, parseRemoteUrl, type RemoteUrl } from './remote-url.ts'

export const MAX_REDIRECTS = 30

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

/** Where `location` leads from `url`: never to anything but HTTP, and without credentials of its own. */
export function redirectTarget(url: RemoteUrl, location: string): RemoteUrl {
  const shown = formatRemoteUrl(url)
  let target: URL
  try {
    target = new URL(location, shown)
  } catch (cause) {
    throw new OstreeError('NETWORK', { url: shown, fault: 'bad-url' }, { cause })
  }
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new OstreeError('NETWORK', { url: target.href, fault: 'unsupported-protocol' })
  }
  target.username = ''
  target.password = ''
  return parseRemoteUrl(target.href)
}

/** Credentials and what a caller meant for one server alone go to no other. */
export function sameServer(a: RemoteUrl, b: RemoteUrl): boolean {
  return a.scheme === b.scheme && a.hostAndPort.toLowerCase() === b.hostAndPort.toLowerCase()
}
