// From the errors of undici, Node's sockets and OpenSSL to `NETWORK`, by what libcurl would have said.

import { OstreeError } from '../../../errors.ts'
import type { NetworkFault } from '../../../network-fault.ts'

const BY_CODE: Readonly<Record<string, NetworkFault>> = {
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'host-not-found',
  EAI_NONAME: 'host-not-found',
  ECONNREFUSED: 'no-connection',
  EHOSTUNREACH: 'no-connection',
  ENETUNREACH: 'no-connection',
  EADDRNOTAVAIL: 'no-connection',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'partial',
  UND_ERR_HEADERS_OVERFLOW: 'receive',
  EPIPE: 'send',
  ECONNRESET: 'receive',
  ERR_HTTP2_STREAM_ERROR: 'http2-stream',
  ERR_HTTP2_SESSION_ERROR: 'http2-framing',
}

const CERTIFICATE_CODES: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** @param started - The head of the answer had come. */
export function networkError(error: Error, url: string, started: boolean): OstreeError<'NETWORK'> {
  return new OstreeError('NETWORK', { url, fault: faultOf(error, started) }, { cause: error })
}

function faultOf(error: Error, started: boolean): NetworkFault {
  // A happy-eyeballs connection fails with one error for each address.
  const inner = error instanceof AggregateError ? error.errors.find((one) => one instanceof Error) : undefined
  const code = codeOf(inner ?? error)
  if (CERTIFICATE_CODES.has(code)) return 'peer-certificate'
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return 'tls-handshake'
  if (code === 'UND_ERR_SOCKET') return closedEarly(error, started)
  if (error.name === 'HTTPParserError') return started ? 'receive' : 'unsupported-protocol'
  return BY_CODE[code] ?? 'receive'
}

/** The other side closed: with nothing said, in the middle of what it had announced, or for a reason of its own. */
function closedEarly(error: Error, started: boolean): NetworkFault {
  const { cause } = error
  if (cause instanceof Error) return faultOf(cause, started)
  return started ? 'partial' : 'empty-reply'
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}
