// `ostree pull`.

import { OstreeError } from '../../errors.ts'
import { pull } from '../../pull/pull.ts'
import { openRepo, type Repo } from '../../repo/repo.ts'
import { defineCommand, type Session } from '../command.ts'
import { filename, filenames, flag, integer, string, strings } from '../options.ts'
import type { Output } from '../output.ts'
import { describeDelta, jsonDisplay, type PullDisplay, plainDisplay } from '../pull-progress.ts'
import { parseHeader, parsePullTarget } from '../pull-request.ts'
import { terminalDisplay } from '../pull-status.ts'
import { absolutePath, requireWritable } from '../target.ts'

export const command = defineCommand({
  name: 'pull',
  summary: 'Download data from remote repository',
  parameters: 'REMOTE [BRANCH...]',
  options: {
    'commit-metadata-only': flag('Fetch only the commit metadata'),
    'cache-dir': filename(undefined, 'Use custom cache dir'),
    'disable-fsync': flag('Do not invoke fsync()'),
    'per-object-fsync': flag('Perform writes in such a way that avoids stalling concurrent processes'),
    'disable-static-deltas': flag('Do not use static deltas'),
    'require-static-deltas': flag('Require static deltas'),
    'disable-retry-on-network-errors': flag(
      'Do not retry when network issues happen, instead fail automatically. (Currently only affects libcurl)',
    ),
    mirror: flag('Write refs suitable for a mirror and fetches all refs if none provided'),
    subpath: filenames(undefined, 'Only pull the provided subpath(s)'),
    untrusted: flag('Verify checksums of local sources (always enabled for HTTP pulls)'),
    'http-trusted': flag('Do not verify checksums of HTTP sources (mostly useful when mirroring)'),
    'bareuseronly-files': flag('Reject regular files with mode outside of 0775 (world writable, suid, etc.)'),
    'dry-run': flag('Only print information on what will be downloaded (requires static deltas)'),
    depth: integer('DEPTH', 'Traverse DEPTH parents (-1=infinite) (default: 0)'),
    url: string('URL', 'Pull objects from this URL instead of the one from the remote config'),
    'http-header': strings('NAME=VALUE', 'Add NAME=VALUE as HTTP header to all requests'),
    'update-frequency': integer('FREQUENCY', 'Sets the update frequency, in milliseconds (0=1000ms) (default: 0)'),
    'network-retries': integer(
      'N',
      'Specifies how many times each download should be retried upon error (default: 5)',
      { default: -1 },
    ),
    'low-speed-limit-bytes': integer(
      'N',
      "The average transfer speed per second of a transfer during the time set via 'low-speed-time-seconds' for libcurl to abort(default: 1000)",
      { default: -1 },
    ),
    'low-speed-time-seconds': integer(
      'N',
      "The time in number seconds that the transfer speed should be below the 'low-speed-limit-bytes' setting for libcurl to abort (default: 30)",
      { default: -1 },
    ),
    'max-outstanding-fetcher-requests': integer('N', 'The max amount of concurrent connections allowed. (default: 8)', {
      default: -1,
    }),
    'localcache-repo': filenames('REPO', 'Add REPO as local cache source for objects during this pull', { short: 'L' }),
    'timestamp-check': flag('Require fetched commits to have newer timestamps', { short: 'T' }),
    'timestamp-check-from-rev': string(undefined, 'Require fetched commits to have newer timestamps than given rev'),
    'disable-verify-bindings': flag('Do not verify commit bindings'),
    'enable-static-deltas': flag('Use static deltas where they fit (the default)', { hidden: true }),
    json: flag('Print what happens as JSON, one event a line', { hidden: true }),
    'append-user-agent': string(undefined, 'Append string to user agent', { hidden: true }),
  },
  examples: [
    { does: 'Bring a branch, and what is new in it the next time', line: 'pull --repo=repo origin main' },
    { does: 'Mirror a whole repository, its summary included', line: 'pull --repo=mirror --mirror origin' },
    { does: 'One directory of a commit alone', line: 'pull --repo=repo --subpath=/usr/share/doc origin main' },
    { does: 'Follow a pull from a program: one JSON document a line', line: 'pull --repo=repo --json origin main' },
  ],
  async run({ session, platform, repo, options, args, out, signal, usageError }) {
    requireWritable(repo)
    if (args.length === 0) throw usageError('REMOTE must be specified')
    if (options['dry-run'] && !options['require-static-deltas']) {
      throw new OstreeError('FAILED', { reason: '--dry-run requires --require-static-deltas' })
    }
    const { remote, refs } = parsePullTarget(args)
    const headers = options['http-header'].map(parseHeader)
    const destination = await openRepo(platform, repo.path, {
      ...(options['disable-fsync'] ? { fsync: false } : {}),
      ...(options['per-object-fsync'] ? { perObjectFsync: true } : {}),
    })
    const localCaches: Repo[] = []
    for (const path of options['localcache-repo'])
      localCaches.push(await openRepo(platform, absolutePath(session, path)))
    const display = options.json ? jsonDisplay(out) : displayFor(session, out, options['dry-run'])
    const atLeast = (value: number) => (value >= 0 ? value : undefined)
    try {
      const result = await pull(destination, remote, {
        ...(refs === undefined ? {} : { refs }),
        ...(options.subpath.length === 0 ? {} : { subpaths: options.subpath }),
        depth: options.depth,
        mirror: options.mirror,
        commitOnly: options['commit-metadata-only'],
        // Whoever says both means the careful one.
        untrusted: options.untrusted,
        trustedHttp: options['http-trusted'] && !options.untrusted,
        bareUserOnlyFiles: options['bareuseronly-files'],
        staticDeltas: deltaPolicy(options['require-static-deltas'], options['disable-static-deltas']),
        dryRun: options['dry-run'],
        localCaches,
        timestampCheck: options['timestamp-check'],
        timestampCheckFromRev: options['timestamp-check-from-rev'],
        ignoreBindings: options['disable-verify-bindings'],
        ...(options['cache-dir'] === undefined ? {} : { cacheDir: absolutePath(session, options['cache-dir']) }),
        urlOverride: options.url,
        headers,
        userAgentSuffix: options['append-user-agent'],
        networkRetries: atLeast(options['network-retries']),
        lowSpeedLimitBytes: atLeast(options['low-speed-limit-bytes']),
        lowSpeedTimeSeconds: atLeast(options['low-speed-time-seconds']),
        retryAllNetworkErrors: !options['disable-retry-on-network-errors'],
        maxOutstandingRequests: atLeast(options['max-outstanding-fetcher-requests']),
        progressIntervalMs: options['update-frequency'] > 0 ? options['update-frequency'] : undefined,
        signal,
        onProgress: display.event,
      })
      display.done(result)
    } finally {
      display.close()
    }
  },
})

function deltaPolicy(required: boolean, disabled: boolean): 'allowed' | 'required' | 'disabled' {
  return required ? 'required' : disabled ? 'disabled' : 'allowed'
}

function displayFor({ host }: Session, out: Output, dryRun: boolean): PullDisplay {
  if (dryRun) return { event() {}, done: (result) => out.line(describeDelta(result)), close() {} }
  if (!host.isTerminal) return plainDisplay(out)
  return terminalDisplay(host, out)
}
