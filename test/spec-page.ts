// The machine-readable blocks of a page of spec/: fenced blocks of one kind, and hex dumps with the lines that head them.

import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { fromHex } from '../src/bytes/hex.ts'

export interface Dump {
  /** The first line that starts with `name` and a space, without it. */
  heading(name: string): string | undefined
  headings(name: string): readonly string[]
  readonly data: Uint8Array
}

export interface SpecPage {
  readonly text: string
  /** The lines of each fenced block of one kind. */
  blocks(kind: string): string[][]
  /**
   * The `hexdump` blocks. Their other lines start with one of `headings`.
   * @param headings - Names, such as `type`.
   */
  dumps(headings: readonly string[]): Dump[]
}

/** @param name - As `gvariant` for spec/gvariant.md. */
export function readSpecPage(name: string): SpecPage {
  const text = readFileSync(new URL(`../spec/${name}.md`, import.meta.url), 'utf8')
  const blocks = (kind: string) =>
    [...text.matchAll(/^```(\S+)\n([\s\S]*?)^```$/gm)]
      .filter(([, found]) => found === kind)
      .map(([, , body = '']) => body.split('\n').filter((line) => line !== ''))
  return { text, blocks, dumps: (headings) => blocks('hexdump').map((lines) => parseDump(lines, headings)) }
}

/** Offsets have to count the bytes before them. */
function parseDump(lines: readonly string[], known: readonly string[]): Dump {
  const headings = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length).trim())
  let hex = ''
  for (const line of lines) {
    const row = /^([0-9a-f]{4}) {2}((?:[0-9a-f]{2} )*(?:[0-9a-f]{2})?)(?: {2,}|$)/.exec(line)
    if (row === null) {
      expect(known, line).toContain(line.split(' ')[0])
      continue
    }
    expect(Number.parseInt(row[1]!, 16), line).toBe(hex.length / 2)
    hex += row[2]!.replaceAll(' ', '')
  }
  return { headings, heading: (name) => headings(name)[0], data: fromHex(hex) }
}
