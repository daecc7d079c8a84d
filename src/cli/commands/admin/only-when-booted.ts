// Commands that the system's own units run: on a machine not booted with OSTree they do nothing, not even read options.

import type { Command } from '../../command.ts'

const BOOTED = '/run/ostree-booted'

export function onlyWhenBooted(command: Command): Command {
  return {
    ...command,
    async invoke(session, program, argv) {
      const { fs } = await session.platform()
      if ((await fs.tryStat(BOOTED)) !== undefined) await command.invoke(session, program, argv)
    },
  }
}
