// The transport of one remote, made from its config and a caller's options. Facts: spec/pull.md#transport

import { OstreeError } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import type { HttpClient } from '../../platform/types.ts'
import { remoteOption, remoteUrl } from '../../repo/remotes.ts'
import type { Repo } from '../../repo/repo.ts'
import { LowSpeedWatch } from './low-speed.ts'
import { MirrorFetcher } from './mirror-fetcher.ts'
import type { OpenUrlContext } from './open-url.ts'
import {
  clientOptions,
  DEFAULT_LOW_SPEED_LIMIT_BYTES,
  DEFAULT_LOW_SPEED_TIME_SECONDS,
  DEFAULT_MAX_OUTSTANDING_REQUESTS,
  DEFAULT_NETWORK_RETRIES,
  type FetcherOptions,
} from './options.ts'
import { Places } from './places.ts'
import { localPath, parseRemoteUrl, type RemoteUrl, requireKnownScheme } from './remote-url.ts'
import type { Fetcher } from './types.ts'

/** What the reference sends: servers tell clients apart by it. */
const USER_AGENT = 'libostree/2026.4'

export interface RemoteFetcher extends Fetcher {
  /** The remote's folder where it is a `file://` URL; `null` for HTTP. */
  readonly localPath: string | null
}

/**
 * @param remote - A configured remote's name, or a `file://` URL.
 * @throws {@link OstreeError} what the remote's config or its mirror list has against it; no file is fetched yet.
 */
export async function createFetcher(
  repo: Repo,
  remote: string,
  options: FetcherOptions & OperationOptions = {},
): Promise<RemoteFetcher> {
  const connection = connect(repo, remote, options)
  try {
    const metadata = [requireKnownScheme(parseRemoteUrl(options.urlOverride ?? remoteUrl(repo, remote)))]
    const contentUrl = options.urlOverride ?? remoteOption(repo, remote, 'contenturl')
    const content = contentUrl === undefined ? metadata : [requireKnownScheme(parseRemoteUrl(contentUrl))]
    return remoteFetcher(connection, metadata, content)
  } catch (error) {
    await connection.close()
    throw error
  }
}

interface Connection {
  readonly fetcher: MirrorFetcher
  close(): Promise<void>
}

function connect(repo: Repo, remote: string, options: FetcherOptions): Connection {
  const { platform } = repo
  const settings = clientOptions(repo, remote)
  let client: Promise<HttpClient> | undefined
  const { userAgentSuffix } = options
  const context: OpenUrlContext = {
    platform,
    http: () => {
      client ??= openClient()
      return client
    },
    headers: [
      ['user-agent', userAgentSuffix === undefined ? USER_AGENT : `${USER_AGENT} ${userAgentSuffix}`],
      ['accept', '*/*'],
      ...(options.headers ?? []),
    ],
    cookiesFor: () => null,
    proxyFor: () => null,
  }
  async function openClient(): Promise<HttpClient> {
    if (platform.http !== undefined) return platform.http(settings)
    throw new OstreeError('UNSUPPORTED', { feature: 'HTTP', hint: 'this platform has no network' })
  }
  const fetcher = new MirrorFetcher(
    context,
    new Places(options.maxOutstandingRequests ?? DEFAULT_MAX_OUTSTANDING_REQUESTS),
    new LowSpeedWatch(
      options.lowSpeedLimitBytes ?? DEFAULT_LOW_SPEED_LIMIT_BYTES,
      options.lowSpeedTimeSeconds ?? DEFAULT_LOW_SPEED_TIME_SECONDS,
    ),
    { retries: options.networkRetries ?? DEFAULT_NETWORK_RETRIES, all: options.retryAllNetworkErrors ?? true },
  )
  return { fetcher, close: async () => (await client)?.close() }
}

function remoteFetcher(
  { fetcher, close }: Connection,
  metadata: readonly RemoteUrl[],
  content: readonly RemoteUrl[],
): RemoteFetcher {
  const [first] = metadata
  const located = <R extends { readonly kind: 'metadata' | 'content'; readonly path: string }>({
    kind,
    path,
    ...rest
  }: R) => ({
    ...rest,
    mirrors: kind === 'content' ? content : metadata,
    file: path,
  })
  return {
    receive: (request, use, options) => fetcher.receive(located(request), use, options),
    fetch: (request, options) => fetcher.fetch(located(request), options),
    fetchBytes: (request, options) => fetcher.fetchBytes(located(request), options),
    get bytesReceived() {
      return fetcher.bytesReceived
    },
    localPath: first?.scheme === 'file' ? localPath(first) : null,
    close,
  }
}
