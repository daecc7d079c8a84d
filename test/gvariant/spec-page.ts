// The dumps and texts of spec/gvariant.md.

import type { ByteOrder } from '../../src/bytes/byte-order.ts'
import { readSpecPage } from '../spec-page.ts'

const PAGE = readSpecPage('gvariant')

export const specBlocks = PAGE.blocks

export interface ValueDump {
  readonly type: string
  /** What strict decoding gives. */
  readonly text: string | undefined
  /** What lenient decoding gives of data that is not in normal form. */
  readonly reads: string | undefined
  readonly order: ByteOrder
  readonly data: Uint8Array
}

export function specDumps(): ValueDump[] {
  return PAGE.dumps(['type', 'text', 'reads', 'order']).map(({ heading, data }) => ({
    type: heading('type') ?? '',
    text: heading('text'),
    reads: heading('reads'),
    order: heading('order') === 'big' ? 'big' : 'little',
    data,
  }))
}

/** Texts, and what comes of them: `TYPE TEXT` or `error MESSAGE`. */
export function specTexts(): [source: string, outcome: string][] {
  return PAGE.blocks('text-format')
    .flat()
    .map((line) => {
      const [source = '', outcome = ''] = line.split(/\s+=> /)
      return [source, outcome]
    })
}
