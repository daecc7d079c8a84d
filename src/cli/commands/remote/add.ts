// `ostree remote add`.

import { OstreeError } from '../../../errors.ts'
import { addRemote, type RemoteOption } from '../../../repo/config/remotes.ts'
import { importGpgKeys } from '../../../repo/trust/gpg-keys.ts'
import { defineCommand } from '../../command.ts'
import { importedText } from '../../gpg-text.ts'
import { readKeyFile } from '../../key-source.ts'
import { filename, flag, string, strings, type ValuesOf } from '../../options.ts'
import type { Output } from '../../output.ts'
import { openRemotesRepo, REMOTES_REPO_OPTIONS } from '../../remotes-repo.ts'

const OPTIONS = {
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
  ...REMOTES_REPO_OPTIONS,
}

export const command = defineCommand({
  name: 'add',
  summary: 'Add a remote repository',
  parameters: 'NAME [metalink=|mirrorlist=]URL [BRANCH...]',
  target: 'nothing',
  options: OPTIONS,
  examples: [
    {
      does: 'A remote whose commits are not signed',
      line: 'remote add --repo=repo --no-gpg-verify origin https://example.com/repo',
    },
  ],
  async run(invocation) {
    const { options, args, usageError } = invocation
    const repo = await openRemotesRepo(invocation)
    const [name, url, ...branches] = args
    if (name === undefined && options['custom-backend'] !== undefined) throw usageError('NAME must be specified')
    if (name === undefined || (url === undefined && options['custom-backend'] === undefined)) {
      throw usageError('NAME and URL must be specified')
    }
    if (options['if-not-exists'] && options.force) {
      throw usageError('Can only specify one of --if-not-exists and --force')
    }
    const ifExists = options['if-not-exists'] ? 'keep' : options.force ? 'replace' : 'fail'
    await addRemote(repo, name, url, settingsOf(options, branches), { ifExists })
    if (options['gpg-import'] !== undefined) await importInto(invocation, name, options['gpg-import'])
  },
})

/** Imports also where the remote was there before. */
async function importInto(
  invocation: Parameters<typeof openRemotesRepo>[0] & { readonly out: Output },
  name: string,
  path: string,
): Promise<void> {
  const source = await readKeyFile(invocation.session, invocation.platform, path)
  const imported = await importGpgKeys(await openRemotesRepo(invocation), name, source)
  invocation.out.line(importedText(name, imported))
}

function settingsOf(options: ValuesOf<typeof OPTIONS>, branches: readonly string[]): RemoteOption[] {
  const settings: RemoteOption[] = []
  if (branches.length > 0) settings.push(['branches', branches])
  if (options.contenturl !== undefined) settings.push(['contenturl', options.contenturl])
  if (options['custom-backend'] !== undefined) settings.push(['custom-backend', options['custom-backend']])
  for (const text of options.set) settings.push(splitPair(text))
  if (options['no-gpg-verify'] || options['no-sign-verify']) settings.push(['gpg-verify', false])
  if (options['no-sign-verify']) {
    if (options['sign-verify'].length > 0) throw wrong('Cannot specify both --sign-verify and --no-sign-verify')
    settings.push(['sign-verify', false])
  }
  const types: string[] = []
  for (const text of options['sign-verify']) {
    const { type, setting } = verificationKey(text)
    types.push(type)
    settings.push(setting)
  }
  if (types.length > 0) settings.push(['sign-verify', types.join(',')])
  if (options['collection-id'] !== undefined) settings.push(['collection-id', options['collection-id']])
  return settings
}

function splitPair(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  if (equals < 0) throw wrong("Missing '=' in KEY=VALUE for --set")
  return [text.slice(0, equals), text.slice(equals + 1)]
}

const SIGN_TYPES: readonly string[] = ['ed25519', 'spki', 'dummy']

/** `KEYTYPE=inline:KEY` or `KEYTYPE=file:PATH` as the option of the remote that holds it. */
function verificationKey(text: string): { readonly type: string; readonly setting: RemoteOption } {
  const [, type, rest] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  if (type === undefined || rest === undefined) throw wrong(`Failed to parse KEYTYPE=[inline|file]:DATA in ${text}`)
  if (!SIGN_TYPES.includes(type)) throw wrong('Requested signature type is not implemented')
  const [, place = rest, value] = /^([^:]*):(.*)$/s.exec(rest) ?? []
  if (place !== 'inline' && place !== 'file') throw wrong(`Invalid key reference ${place}, expected inline|file`)
  if (value === undefined) throw wrong(`Failed to parse KEYTYPE=[inline|file]:DATA in ${text}`)
  return { type, setting: [`verification-${type}-${place === 'inline' ? 'key' : 'file'}`, value] }
}

function wrong(reason: string): OstreeError {
  return new OstreeError('INVALID_ARGUMENT', { reason })
}
