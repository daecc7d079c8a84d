// PEM (RFC 7468) as the reference reads it: blocks of one label, anything between them passed over.
// Facts: spec/signatures.md#key-files

import { fromLooseBase64 } from '../bytes/base64.ts'
import { OstreeError } from '../errors.ts'
import { latin1, linesOf } from './key-lines.ts'

const BEGIN = '-----BEGIN '
const END = '-----END '
const DASHES = '-----'

/** What the blocks hold, in order. @throws {@link OstreeError} `INVALID_FORMAT` at a block with another label. */
export function* pemBlocks(file: Uint8Array, label: string): Generator<Uint8Array> {
  let open: { readonly label: string; base64: string } | null = null
  for (const bytes of linesOf(file)) {
    const line = latin1(bytes).replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '')
    if (open === null) {
      const opened = labelOf(line, BEGIN)
      if (opened !== undefined) open = { label: opened, base64: '' }
      continue
    }
    const closed = labelOf(line, END)
    if (closed === undefined) {
      open.base64 += line
      continue
    }
    if (!open.label.startsWith(closed)) throw invalid('Unmatched PEM header')
    if (open.label !== label) throw invalid(`Unexpected label "${open.label}"`)
    yield fromLooseBase64(open.base64)
    open = null
  }
  if (open !== null) throw invalid('PEM trailer not found')
}

function labelOf(line: string, prefix: string): string | undefined {
  if (!line.startsWith(prefix) || !line.endsWith(DASHES) || line.length < prefix.length + DASHES.length)
    return undefined
  return line.slice(prefix.length, -DASHES.length)
}

function invalid(reason: string): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: '', path: '', reason })
}
