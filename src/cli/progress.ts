// Progress of long work on the console, as the reference shows it: a bar that is drawn over itself on a terminal, a line
// now and then elsewhere.

import type { Output } from './output.ts'

const BAR_CHARACTERS = 13
/** Pauses between two updates; the last one is always shown. */
const TERMINAL_PAUSE_MS = 200
const PLAIN_PAUSE_MS = 1000
const SAVE_CURSOR = '\u001b7'
const RESTORE_CURSOR = '\u001b8'

export class ItemProgress {
  readonly #out: Output
  readonly #terminal: boolean
  readonly #label: string
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(out: Output, terminal: boolean, label: string) {
    this.#out = out
    this.#terminal = terminal
    this.#label = label
  }

  /** `current` of `total` items are done. The first call and the one for all items show; others if enough time passed. */
  show(current: number, total: number): void {
    const first = this.#lastMs === Number.NEGATIVE_INFINITY
    const now = performance.now()
    if (current < total && now - this.#lastMs < (this.#terminal ? TERMINAL_PAUSE_MS : PLAIN_PAUSE_MS)) return
    this.#lastMs = now
    const percent = Math.floor((current * 100) / total)
    const text = `${this.#label} (${current}/${total})`
    if (!this.#terminal) {
      this.#out.line(`${text} ${percent}%`)
      return
    }
    const done = Math.floor((BAR_CHARACTERS * percent) / 100)
    const bar = `[${'='.repeat(done)}${' '.repeat(BAR_CHARACTERS - done)}] ${String(percent).padStart(3)}%`
    this.#out.write(`${first ? SAVE_CURSOR : ''}${RESTORE_CURSOR}${text} ${bar}${current === total ? '\n' : ''}`)
    this.#out.flush()
  }
}

/** One line of a terminal that is drawn over itself. */
export class StatusLine {
  readonly #out: Output
  readonly #columns: number
  #lastMs = Number.NEGATIVE_INFINITY
  #open = true

  constructor(out: Output, columns: number) {
    this.#out = out
    this.#columns = columns
    out.write(SAVE_CURSOR)
    out.flush()
  }

  /** @param last - Shown however little time has passed. */
  show(text: string, last = false): void {
    const now = performance.now()
    if (!last && now - this.#lastMs < TERMINAL_PAUSE_MS) return
    this.#lastMs = now
    const width = new TextEncoder().encode(text).length
    this.#out.write(`${RESTORE_CURSOR}${text}${' '.repeat(Math.max(0, this.#columns - width))}`)
    this.#out.flush()
  }

  close(): void {
    if (this.#open) this.#out.write('\n')
    this.#open = false
  }
}
