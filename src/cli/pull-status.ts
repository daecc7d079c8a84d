// The status line of a pull on a terminal: of `pull` itself, and of commands that pull as a part of their work.

import type { Session } from './command.ts'
import type { Output } from './output.ts'
import { StatusLine } from './progress.ts'
import { describeProgress, describeResult, type PullDisplay } from './pull-progress.ts'

export function terminalDisplay(host: Session['host'], out: Output): PullDisplay {
  const line = new StatusLine(out, host.terminalColumns ?? 80)
  return {
    event(event) {
      if (event.type === 'progress') line.show(describeProgress(event))
    },
    done: (result) => line.show(describeResult(result), true),
    close: () => line.close(),
  }
}

/** For a command that has a last line of its own; nothing where there is no terminal. */
export function pullStatus({ host }: Session, out: Output): Pick<PullDisplay, 'event' | 'close'> {
  return host.isTerminal ? terminalDisplay(host, out) : { event() {}, close() {} }
}
