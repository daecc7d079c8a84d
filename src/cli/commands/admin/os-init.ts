// `ostree admin os-init`.

import { comingLater } from '../../coming-later.ts'
import { type Command, defineCommand } from '../../command.ts'

/** One command under two names. */
export function defineStaterootInit(name: string): Command {
  return defineCommand({
    name,
    summary: 'Initialize empty state for given operating system',
    parameters: 'STATEROOT',
    target: 'sysroot',
    options: {},
    run: async () => comingLater(`'ostree admin ${name}'`),
  })
}

export const command = defineStaterootInit('os-init')
