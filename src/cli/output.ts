// stdout and stderr of the command: stdout is gathered into large writes and always leaves before stderr does, so that
// the two keep their order when they share a file.

import type { Host } from './host.ts'

export interface Output {
  /** One line of stdout. */
  line(text: string): void
  /** A piece of stdout, as it is. */
  write(piece: string | Uint8Array): void
  /** One line of stderr. */
  note(text: string): void
  /** A piece of stderr, as it is. */
  writeNote(piece: string): void
  /** `note` for what only `--verbose` shows. */
  debug(text: string): void
  flush(): void
}

const WRITE_CHARACTERS = 1 << 16

export function openOutput(host: Pick<Host, 'writeOut' | 'writeErr'>, verbose: () => boolean): Output {
  const encoder = new TextEncoder()
  let pending = ''
  const flush = () => {
    if (pending === '') return
    const bytes = encoder.encode(pending)
    pending = ''
    host.writeOut(bytes)
  }
  const text = (piece: string) => {
    pending += piece
    if (pending.length >= WRITE_CHARACTERS) flush()
  }
  const writeNote = (piece: string) => {
    flush()
    host.writeErr(encoder.encode(piece))
  }
  const note = (line: string) => writeNote(`${line}\n`)
  return {
    line: (line) => text(`${line}\n`),
    write(piece) {
      if (typeof piece === 'string') return text(piece)
      flush()
      host.writeOut(piece)
    },
    note,
    writeNote,
    debug(line) {
      if (verbose()) note(`OT: ${line}`)
    },
    flush,
  }
}
