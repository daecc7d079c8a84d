// `ostree pull`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { filename, filenames, flag, integer, string, strings } from '../options.ts'

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
    'append-user-agent': string(undefined, 'Append string to user agent', { hidden: true }),
  },
  run: async () => comingLater("'ostree pull'"),
})
