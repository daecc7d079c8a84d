// The status line of a pull that is part of something larger: on a terminal alone.

import type { PullEvent } from '../pull/pull-options.ts'
import type { Session } from './command.ts'
import type { Output } from './output.ts'
import { StatusLine } from './progress.ts'
import { describeProgress } from './pull-progress.ts'

export interface PullStatus {
  event(event: PullEvent): void
  close(): void
}

export function pullStatus({ host }: Session, out: Output): PullStatus {
  if (!host.isTerminal) return { event() {}, close() {} }
  const line = new StatusLine(out, host.terminalColumns ?? 80)
  return {
    event(event) {
      if (event.type === 'progress') line.show(describeProgress(event))
    },
    close: () => line.close(),
  }
}
