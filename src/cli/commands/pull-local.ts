// `ostree pull-local`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { flag, integer, string } from '../options.ts'

export const command = defineCommand({
  name: 'pull-local',
  summary: 'Copy data from SRC_REPO',
  parameters: 'SRC_REPO [REFS...]',
  options: {
    'commit-metadata-only': flag('Fetch only the commit metadata'),
    remote: string('REMOTE', 'Add REMOTE to refspec'),
    'disable-fsync': flag('Do not invoke fsync()'),
    'per-object-fsync': flag('Perform writes in such a way that avoids stalling concurrent processes'),
    untrusted: flag('Verify checksums of local sources (always enabled for HTTP pulls)'),
    'bareuseronly-files': flag('Reject regular files with mode outside of 0775 (world writable, suid, etc.)'),
    'require-static-deltas': flag('Require static deltas'),
    'disable-static-deltas': flag('Do not use static deltas'),
    'gpg-verify': flag('GPG verify commits (must specify --remote)'),
    'gpg-verify-summary': flag('GPG verify summary (must specify --remote)'),
    'disable-verify-bindings': flag('Do not verify commit bindings'),
    depth: integer('DEPTH', 'Traverse DEPTH parents (-1=infinite) (default: 0)'),
  },
  run: async () => comingLater("'ostree pull-local'"),
})
