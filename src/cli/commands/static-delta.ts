// `ostree static-delta`: its commands. The reference wrote this group by hand: another usage text, other errors, and the
// command's name stays where it stood among the words.

import { commandList, defineGroup, type Group, wrong } from '../group.ts'

const group = defineGroup({
  name: 'static-delta',
  title: 'static-delta',
  summary: 'Static delta related commands',
  nameWidth: 17,
  commands: [
    { name: 'list', summary: 'List static delta files', load: () => import('./static-delta/list.ts') },
    { name: 'show', summary: 'Dump information on a delta', load: () => import('./static-delta/show.ts') },
    { name: 'delete', summary: 'Remove a delta', load: () => import('./static-delta/delete.ts') },
    { name: 'generate', summary: 'Generate static delta files', load: () => import('./static-delta/generate.ts') },
    {
      name: 'apply-offline',
      summary: 'Apply static delta file',
      load: () => import('./static-delta/apply-offline.ts'),
    },
    { name: 'verify', summary: 'Verify static delta signatures', load: () => import('./static-delta/verify.ts') },
    { name: 'indexes', summary: 'List static delta indexes', load: () => import('./static-delta/indexes.ts') },
    { name: 'reindex', summary: 'Regenerate static delta indexes', load: () => import('./static-delta/reindex.ts') },
  ],
})

const usage = () =>
  `Usage:\n  ostree static-delta [OPTION...] COMMAND\n\nBuiltin "static-delta" Commands:${commandList(group.commands, 17)}\n\n`

export const command: Group = {
  ...group,
  help: usage,
  async invoke(session, program, argv) {
    const { out } = session
    const at = argv.findIndex((word) => !word.startsWith('-') || word === '--help' || word === '-h')
    const name = argv[at]
    if (name === undefined) {
      out.writeNote(usage())
      throw wrong('No command specified')
    }
    if (name.startsWith('-')) return out.write(usage())
    const entry = group.commands.find((candidate) => candidate.name === name)
    if (entry === undefined) {
      out.writeNote(usage())
      throw wrong(`Unknown "static-delta" subcommand '${name}'`)
    }
    const rest = argv.filter((_, index) => index !== at)
    return (await entry.load()).command.invoke(session, `${program} ${name}`, rest)
  },
}
