// Unicode properties, `\p{…}`: PCRE's loose names turned into those that ECMAScript knows.

import type { Cursor } from './cursor.ts'
import type { SetItem } from './syntax-tree.ts'

const CATEGORY = /^(?:c[cfnos]?|l[lmotuc]?|m[cen]?|n[dlo]?|p[cdefios]?|s[ckmo]?|z[lps]?)$/

const SPECIAL: Readonly<Record<string, Exclude<SetItem, { kind: 'range' }>>> = {
  any: { kind: 'property', source: 'Any', negated: false },
  'l&': { kind: 'property', source: 'LC', negated: false },
  xan: { kind: 'named', name: 'alnum', negated: false },
  xsp: { kind: 'named', name: 'space', negated: false },
  xps: { kind: 'named', name: 'space', negated: false },
  xwd: { kind: 'named', name: 'word', negated: false },
}

/** Reads what follows `\p` or `\P`. */
export function parseProperty(cursor: Cursor, inverted: boolean): SetItem {
  const { name, negated } = parseName(cursor)
  const loose = name.replace(/[-_\s]/g, '').toLowerCase()
  const flip = negated !== inverted
  const special = SPECIAL[loose]
  if (special !== undefined) return { ...special, negated: flip }
  for (const source of spellings(name, loose)) {
    if (isKnown(source)) return { kind: 'property', source, negated: flip }
  }
  throw cursor.error('unknown property name after \\P or \\p')
}

function parseName(cursor: Cursor): { readonly name: string; readonly negated: boolean } {
  const malformed = 'malformed \\P or \\p sequence'
  if (!cursor.skip('{')) {
    if (cursor.atEnd) throw cursor.error(malformed)
    const name = cursor.next()
    if (!/^[A-Za-z]$/.test(name)) throw cursor.error(malformed)
    return { name, negated: false }
  }
  cursor.take(/[-_\s]/)
  const negated = cursor.skip('^')
  const name = cursor.take(/[-_\s&-z]/)
  if (!cursor.skip('}')) throw cursor.error(malformed, cursor.atEnd ? cursor.at : cursor.at + 1)
  return { name, negated }
}

/** What the name may be called in ECMAScript, likeliest first. Scripts alone mean their extensions, as in PCRE. */
function spellings(name: string, loose: string): string[] {
  if (CATEGORY.test(loose)) return [loose === 'lc' ? 'LC' : loose.charAt(0).toUpperCase() + loose.slice(1)]
  const [left = '', right] = name.split(/[:=]/)
  const value = (right ?? left).trim()
  const kind = left.replace(/[-_\s]/g, '').toLowerCase()
  const titled = value.charAt(0).toUpperCase() + value.slice(1).toLowerCase()
  if (right !== undefined) {
    if (kind === 'sc' || kind === 'script') return [`Script=${value}`, `Script=${titled}`]
    if (kind === 'scx' || kind === 'scriptextensions') return [`scx=${value}`, `scx=${titled}`]
    return []
  }
  const solid = loose.charAt(0).toUpperCase() + loose.slice(1)
  return [`scx=${value}`, `scx=${titled}`, `scx=${solid}`, value, titled, solid]
}

function isKnown(source: string): boolean {
  if (!/^[\w=]+$/.test(source)) return false
  try {
    new RegExp(`\\p{${source}}`, 'u')
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
