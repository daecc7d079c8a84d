// The transport of one remote, made from its config and a caller's options. Facts: spec/pull.md#transport

import { OstreeError } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import type { HttpClient } from '../../platform/types.ts'
import { remoteOption, remoteUrl } from '../../repo/config/remotes.ts'
import type { Repo } from '../../repo/repo.ts'
import { MAX_METADATA_BYTES } from '../../repo/store/read-object.ts'
import { cookieHeader, listCookies } from './cookies.ts'
import { fetchByMetalink, type MetalinkedFile } from './fetch-metalink.ts'
import { LowSpeedWatch } from './low-speed.ts'
import { MirrorFetcher } from './mirror-fetcher.ts'
import { mirrorsOf } from './mirror-list.ts'
import type { OpenUrlContext } from './open-url.ts'
import {
  clientOptions,
  DEFAULT_LOW_SPEED_LIMIT_BYTES,
  DEFAULT_LOW_SPEED_TIME_SECONDS,
  DEFAULT_MAX_OUTSTANDING_REQUESTS,
  DEFAULT_NETWORK_RETRIES,
  type FetcherOptions,
  isFileRemote,
} from './options.ts'
import { Places } from './places.ts'
import { proxyChoice } from './proxy.ts'
import { localPath, parseRemoteUrl, type RemoteUrl, withPath } from './remote-url.ts'
import { isMissing } from './retry.ts'
import type { CacheValidators, FetchedBytes, Fetcher, FetchRequest, NotModified } from './types.ts'
import { NO_VALIDATORS } from './validators.ts'

/** What the reference sends: servers tell clients apart by it. */
export const USER_AGENT = 'libostree/2026.4'

export interface RemoteFetcher extends Fetcher {
  /** The remote's folder where it is a `file://` URL; `null` for HTTP. */
  readonly localPath: string | null
  /** `summary` as the remote's metalink gave it, with the size and the hash that the metalink promised. */
  readonly metalinkSummary: Uint8Array | null
  /** `summary` or `summary.sig`; by way of the metalink where the remote has one. Not there: `undefined`. */
  fetchSummaryFile(
    name: 'summary' | 'summary.sig',
    options?: OperationOptions & { readonly ifChangedFrom?: CacheValidators },
  ): Promise<NotModified | FetchedBytes | undefined>
}

export interface CreateFetcherOptions extends FetcherOptions, OperationOptions {
  /**
   * Asks the remote's metalink for the summary first, and takes the folder it is found in for the remote's. Without it a
   * remote with a metalink gives summary files and nothing else. Default `true`.
   */
  readonly resolveMetalink?: boolean | undefined
}

/**
 * @param remote - A configured remote's name, or a `file://` URL.
 * @throws {@link OstreeError} what the remote's config, its mirror list or its metalink has against it.
 */
export async function createFetcher(
  repo: Repo,
  remote: string,
  options: CreateFetcherOptions = {},
): Promise<RemoteFetcher> {
  const connection = await connect(repo, remote, options)
  try {
    return await locate(repo, remote, connection, options)
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function locate(
  repo: Repo,
  remote: string,
  connection: Connection,
  options: CreateFetcherOptions,
): Promise<RemoteFetcher> {
  const { urlOverride, resolveMetalink = true, signal } = options
  const { fetcher } = connection
  const metalinkText = remoteOption(repo, remote, 'metalink')
  const metalink = metalinkText === undefined ? null : parseRemoteUrl(metalinkText)
  const found = metalink === null || !resolveMetalink ? null : await summaryOf(fetcher, metalink, { signal })
  const metadata =
    metalink === null
      ? await mirrorsOf(fetcher, urlOverride ?? remoteUrl(repo, remote), { signal })
      : found === null
        ? []
        : [folderOf(found.url)]
  const contentUrl =
    metalink === null && urlOverride !== undefined ? urlOverride : remoteOption(repo, remote, 'contenturl')
  const content = contentUrl === undefined ? metadata : await mirrorsOf(fetcher, contentUrl, { signal })
  return remoteFetcher(connection, { metadata, content, metalink, metalinkSummary: found?.bytes ?? null })
}

async function summaryOf(
  fetcher: MirrorFetcher,
  metalink: RemoteUrl,
  options: OperationOptions,
): Promise<MetalinkedFile> {
  const found = await fetchByMetalink(fetcher, metalink, 'summary', options)
  if (found !== undefined) return found
  throw new OstreeError('INVALID_FORMAT', { format: '', path: '', reason: "No <file name='summary'> found" })
}

/** The folder that a file's URL lies in. */
function folderOf(url: RemoteUrl): RemoteUrl {
  return withPath(url, url.path.replace(/\/+[^/]*$/, '') || '/')
}

interface Connection {
  readonly fetcher: MirrorFetcher
  close(): Promise<void>
}

async function connect(repo: Repo, remote: string, options: FetcherOptions): Promise<Connection> {
  const { platform } = repo
  const settings = clientOptions(repo, remote)
  const cookies = isFileRemote(remote) ? [] : await listCookies(repo, remote)
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
    cookiesFor: (url) => cookieHeader(cookies, url, Math.floor(Date.now() / 1000)),
    proxyFor: proxyChoice(platform, remoteOption(repo, remote, 'proxy')),
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

interface Whereabouts {
  readonly metadata: readonly RemoteUrl[]
  readonly content: readonly RemoteUrl[]
  readonly metalink: RemoteUrl | null
  readonly metalinkSummary: Uint8Array | null
}

function remoteFetcher({ fetcher, close }: Connection, where: Whereabouts): RemoteFetcher {
  const { metadata, content, metalink, metalinkSummary } = where
  const [first] = metadata
  const located = <R extends Pick<FetchRequest, 'kind' | 'path'>>({ kind, path, ...rest }: R) => ({
    ...rest,
    mirrors: kind === 'content' ? content : metadata,
    file: path,
  })
  return {
    receive: (request, use, options) => fetcher.receive(located(request), use, options),
    fetch: (request, options) => fetcher.fetch(located(request), options),
    fetchBytes: (request, options) => fetcher.fetchBytes(located(request), options),
    fetchSummaryFile: async (name, { ifChangedFrom, signal } = {}) => {
      if (metalink === null || metalinkSummary !== null) {
        const request = { mirrors: metadata, file: name, optional: true, maxBytes: MAX_METADATA_BYTES, ifChangedFrom }
        return fetcher.fetchBytes(request, { signal })
      }
      const found = await optional(() => fetchByMetalink(fetcher, metalink, name, { signal }))
      return found === undefined ? undefined : { status: 'ok', bytes: found.bytes, validators: NO_VALIDATORS }
    },
    get bytesReceived() {
      return fetcher.bytesReceived
    },
    localPath: first?.scheme === 'file' ? localPath(first) : null,
    metalinkSummary,
    close,
  }
}

/** Without a metalink there is no file either. */
async function optional<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
