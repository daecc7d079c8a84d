// `ostree remote gpg-import`.

import { importGpgKeys } from '../../../repo/trust/gpg-keys.ts'
import { defineCommand } from '../../command.ts'
import { importedText } from '../../gpg-text.ts'
import { readKeySource } from '../../key-source.ts'
import { filenames, flag } from '../../options.ts'

export const command = defineCommand({
  name: 'gpg-import',
  summary: 'Import GPG keys',
  parameters: 'NAME [KEY-ID...]',
  options: {
    keyring: filenames('FILE', 'Import keys from a keyring file (repeatable)', { short: 'k' }),
    stdin: flag('Import keys from standard input'),
  },
  examples: [
    { does: 'Trust the keys of a file', line: 'remote gpg-import --repo=repo --keyring=keys.asc origin' },
    { does: 'Trust one key of several', line: 'remote gpg-import --repo=repo --stdin origin KEY-ID < keys.asc' },
  ],
  async run({ repo, options, args, session, platform, out, usageError }) {
    const [name, ...keyNames] = args
    if (name === undefined) throw usageError('NAME must be specified')
    if (options.stdin && options.keyring.length > 0) throw usageError('--keyring and --stdin are mutually exclusive')
    const source = await readKeySource(session, platform, options)
    out.line(importedText(name, await importGpgKeys(repo, name, source, { keyNames })))
  },
})
