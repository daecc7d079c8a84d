// Patterns in which only parts ignore case, `(?i)`: ECMAScript's flag is for all or nothing, so those parts get sets that
// hold each letter in all its cases.

import { characterSource } from './character-set.ts'
import { type CharacterSet, children, type Node, type SetItem } from './syntax-tree.ts'

/** Letters that fold to others without being their plain upper or lower case. */
const ODD_LETTERS = [
  0xb5, 0x17f, 0x1c5, 0x1c8, 0x1cb, 0x1f2, 0x345, 0x3c2, 0x3d0, 0x3d1, 0x3d5, 0x3d6, 0x3f0, 0x3f1, 0x3f4, 0x3f5, 0x1c80,
  0x1c81, 0x1c82, 0x1c83, 0x1c84, 0x1c85, 0x1c86, 0x1c87, 0x1c88, 0x1e9b, 0x1e9e, 0x1fbe, 0x2126, 0x212a, 0x212b,
]
/** A set with more code points than this in ranges is not folded one by one. */
const MAX_FOLDED = 2048

export type CaseMode = 'sensitive' | 'insensitive' | 'mixed'

/** Whether all parts of a pattern treat case alike. Sets without letters do not count. */
export function caseMode(root: Node): CaseMode {
  let sensitive = false
  let insensitive = false
  const visit = (node: Node): void => {
    const matters = node.kind === 'backreference' || (node.kind === 'set' && node.items.some(hasCase))
    if (matters && (node.kind === 'set' || node.kind === 'backreference')) {
      if (node.caseless) insensitive = true
      else sensitive = true
    }
    for (const child of children(node)) visit(child)
  }
  visit(root)
  return insensitive ? (sensitive ? 'mixed' : 'insensitive') : 'sensitive'
}

function hasCase(item: SetItem): boolean {
  if (item.kind === 'property') return true
  if (item.kind === 'named') return item.name === 'upper' || item.name === 'lower'
  if (item.to > 0x7f) return true
  for (let code = item.from; code <= item.to; code++) if (/[A-Za-z]/.test(String.fromCharCode(code))) return true
  return false
}

/** The set with every case of its letters; `undefined` where it is too large for that. */
export function foldSet(set: CharacterSet): CharacterSet | undefined {
  const ranges = set.items.filter((item) => item.kind === 'range')
  const size = ranges.reduce((total, range) => total + range.to - range.from + 1, 0)
  if (size > MAX_FOLDED) return undefined
  const variants = new Set<number>()
  for (const { from, to } of ranges) {
    for (let code = from; code <= to; code++) for (const variant of caseVariants(code)) variants.add(variant)
  }
  const added = [...variants].map((code) => ({ kind: 'range' as const, from: code, to: code }))
  return { ...set, items: [...set.items, ...added] }
}

/** The other code points that equal `code` when case is ignored. */
function caseVariants(code: number): number[] {
  const start = String.fromCodePoint(code)
  if (!/\p{L}|\p{M}|\p{N}|\p{S}/u.test(start)) return []
  const same = new RegExp(`^${characterSource(code)}$`, 'iu')
  const candidates = new Set(ODD_LETTERS)
  for (const text of [start, start.toUpperCase(), start.toLowerCase()]) {
    for (const variant of [text, text.toLowerCase(), text.toUpperCase()]) candidates.add(variant.codePointAt(0) ?? code)
  }
  return [...candidates].filter((candidate) => candidate !== code && same.test(String.fromCodePoint(candidate)))
}
