// How a remote is spoken to: what its config and the caller's options say. Facts: spec/pull.md#transport

import { OstreeError } from '../../errors.ts'
import type { HttpClientOptions } from '../../platform/types.ts'
import { remoteBooleanOption, remoteOption } from '../../repo/config/remotes.ts'
import type { Repo } from '../../repo/repo.ts'

/** All have the reference's defaults. */
export interface FetcherOptions {
  /** Used instead of the remote's `url` and `contenturl`; a metalink goes before it. */
  readonly urlOverride?: string | undefined
  /** Sent with every request. */
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined
  /** Follows `libostree/VERSION` and a space in `User-Agent`. */
  readonly userAgentSuffix?: string | undefined
  /** Further tries of a request whose failure may pass. Default 5. */
  readonly networkRetries?: number | undefined
  /** Fewer bytes a second, for so many seconds on end, are a failure. Default 1000; 0 waits for ever. */
  readonly lowSpeedLimitBytes?: number | undefined
  /** Default 30; 0 waits for ever. */
  readonly lowSpeedTimeSeconds?: number | undefined
  /** Retries after every failure of the network, not only after timeouts and HTTP 408 and 500. Default `true`. */
  readonly retryAllNetworkErrors?: boolean | undefined
  /** Requests at once. Default 8. */
  readonly maxOutstandingRequests?: number | undefined
}

export const DEFAULT_NETWORK_RETRIES = 5
export const DEFAULT_LOW_SPEED_LIMIT_BYTES = 1000
export const DEFAULT_LOW_SPEED_TIME_SECONDS = 30
export const DEFAULT_MAX_OUTSTANDING_REQUESTS = 8
/** Connections to all servers together, as the reference has them. */
const MAX_CONNECTIONS = 8

/** A `file://` URL stands for a remote without a config. */
export function isFileRemote(remote: string): boolean {
  return remote.startsWith('file://')
}

/** @throws {@link OstreeError} `INVALID_ARGUMENT` for a certificate without its key, or a key without one. */
export function clientOptions(repo: Repo, remote: string): HttpClientOptions {
  const clientCertificatePath = remoteOption(repo, remote, 'tls-client-cert-path') ?? null
  const clientKeyPath = remoteOption(repo, remote, 'tls-client-key-path') ?? null
  if ((clientCertificatePath === null) !== (clientKeyPath === null)) {
    const reason = `Remote "${remote}" must specify both "tls-client-cert-path" and "tls-client-key-path"`
    throw new OstreeError('INVALID_ARGUMENT', { reason })
  }
  return {
    maxConnections: MAX_CONNECTIONS,
    http2: remoteBooleanOption(repo, remote, 'http2', true),
    tls: {
      permissive: remoteBooleanOption(repo, remote, 'tls-permissive', false),
      caPath: remoteOption(repo, remote, 'tls-ca-path') ?? null,
      clientCertificatePath,
      clientKeyPath,
    },
  }
}
