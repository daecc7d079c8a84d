// `ostree config`.

import { OstreeError } from '../../errors.ts'
import { editConfig } from '../../repo/config/edit-config.ts'
import { defineCommand } from '../command.ts'
import { string } from '../options.ts'

export const command = defineCommand({
  name: 'config',
  summary: 'Change repo configuration settings',
  parameters: '(get KEY|set KEY VALUE|unset KEY)',
  options: {
    group: string(undefined, 'Group name'),
  },
  examples: [
    { does: 'Read a setting', line: 'config --repo=repo get core.mode' },
    {
      does: 'Change one of a remote',
      line: `config --repo=repo set --group='remote "origin"' url https://example.com`,
    },
  ],
  async run({ repo, options, args, out, usageError }) {
    const [operation, name, value] = args
    if (operation === undefined) throw usageError('OPERATION must be specified')
    if (args.length > (operation === 'set' ? 3 : 2)) throw usageError('Too many arguments given')
    switch (operation) {
      case 'set': {
        if (name === undefined || value === undefined) {
          throw wrong(`${options.group === undefined ? '' : 'GROUP name, '}KEY and VALUE must be specified`)
        }
        const { group, key } = locate(options.group, name)
        return editConfig(repo, (config) => config.setString(group, key, value), { validate: true })
      }
      case 'get': {
        const { group, key } = locate(options.group, name)
        return out.line(repo.configFile.getString(group, key))
      }
      case 'unset': {
        const { group, key } = locate(options.group, name)
        const { configFile } = repo
        if (!configFile.hasGroup(group) || !configFile.hasKey(group, key)) return
        return editConfig(repo, (config) => config.removeKey(group, key))
      }
      default:
        throw wrong(`Unknown operation ${operation}`)
    }
  },
})

/** `--group=G KEY`, or `G.KEY` where everything before the first dot is the group. */
function locate(group: string | undefined, name: string | undefined): { group: string; key: string } {
  if (name === undefined)
    throw wrong(group === undefined ? 'KEY must be specified' : 'Group name and key must be specified')
  if (group !== undefined) return { group, key: name }
  const dot = name.indexOf('.')
  if (dot < 0) throw wrong('Key must be of the form "sectionname.keyname"')
  return { group: name.slice(0, dot), key: name.slice(dot + 1) }
}

function wrong(reason: string): OstreeError {
  return new OstreeError('INVALID_ARGUMENT', { reason })
}
