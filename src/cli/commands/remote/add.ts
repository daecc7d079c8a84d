// `ostree remote add`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { filename, flag, string, strings } from '../../options.ts'

export const command = defineCommand({
  name: 'add',
  summary: 'Add a remote repository',
  parameters: 'NAME [metalink=|mirrorlist=]URL [BRANCH...]',
  target: 'nothing',
  options: {
    set: strings('KEY=VALUE', 'Set config option KEY=VALUE for remote'),
    'no-gpg-verify': flag('Disable GPG verification'),
    'no-sign-verify': flag('Disable signature verification'),
    'sign-verify': strings(
      'KEYTYPE=[inline|file]:PUBKEY',
      'Verify signatures using KEYTYPE=inline:PUBKEY or KEYTYPE=file:/path/to/key',
    ),
    'if-not-exists': flag('Do nothing if the provided remote exists'),
    force: flag('Replace the provided remote if it exists'),
    'gpg-import': filename('FILE', 'Import GPG key from FILE'),
    'custom-backend': string('NAME', 'This remote has content not fetched via libostree'),
    contenturl: string('URL', 'Use URL when fetching content'),
    'collection-id': string(
      'COLLECTION-ID',
      'Globally unique ID for this repository as an collection of refs for redistribution to other repositories',
    ),
    repo: filename('PATH', 'Path to OSTree repository (defaults to /sysroot/ostree/repo)'),
    sysroot: filename('PATH', 'Use sysroot at PATH (overrides --repo)'),
  },
  run: async () => comingLater("'ostree remote add'"),
})
