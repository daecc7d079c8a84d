// The machine-readable blocks of spec/gvariant.md.

import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { ByteOrder } from '../../src/bytes/byte-order.ts'
import { fromHex } from '../../src/bytes/hex.ts'

const PAGE = readFileSync(new URL('../../spec/gvariant.md', import.meta.url), 'utf8')

/** The lines of each fenced block of one kind. */
export function specBlocks(kind: string): string[][] {
  return [...PAGE.matchAll(/^```(\S+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === kind)
    .map(([, , body = '']) => body.split('\n').filter((line) => line !== ''))
}

export interface Dump {
  readonly type: string
  /** What strict decoding gives. */
  readonly text: string | undefined
  /** What lenient decoding gives of data that is not in normal form. */
  readonly reads: string | undefined
  readonly order: ByteOrder
  readonly data: Uint8Array
}

function parseDump(lines: readonly string[]): Dump {
  const heading = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length)
      .trim()
  let hex = ''
  for (const line of lines) {
    const row = /^([0-9a-f]{4}) {2}((?:[0-9a-f]{2} )*(?:[0-9a-f]{2})?)(?: {2,}|$)/.exec(line)
    if (row === null) {
      expect(line).toMatch(/^(type|text|reads|order) /)
      continue
    }
    expect(Number.parseInt(row[1]!, 16), line).toBe(hex.length / 2)
    hex += row[2]!.replaceAll(' ', '')
  }
  const order = heading('order') === 'big' ? 'big' : 'little'
  return { type: heading('type') ?? '', text: heading('text'), reads: heading('reads'), order, data: fromHex(hex) }
}

export function specDumps(): Dump[] {
  return specBlocks('hexdump').map(parseDump)
}

/** Texts, and what comes of them: `TYPE TEXT` or `error MESSAGE`. */
export function specTexts(): [source: string, outcome: string][] {
  return specBlocks('text-format')
    .flat()
    .map((line) => {
      const [source = '', outcome = ''] = line.split(/\s+=> /)
      return [source, outcome]
    })
}
