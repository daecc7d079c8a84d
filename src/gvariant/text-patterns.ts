// Which types a value in the text format can have, as a pattern that is a signature with open places.
// Facts: spec/gvariant.md#type-inference
//
// In a pattern `N` stands for any numeric type, `S` for the three kinds of text, `*` for anything, and `M` before a
// pattern for any number of maybes.

import type { Node } from './text-syntax.ts'
import { textError } from './text-tokens.ts'

/** @throws {@link OstreeError} `INVALID_VARIANT_TEXT` where parts of the value have no type in common. */
export function patternOf(node: Node): string {
  switch (node.kind) {
    case 'array':
      return node.children.length === 0 ? 'Ma*' : `Ma${commonPattern(node.children)}`
    case 'tuple':
      return `M(${node.children.map(patternOf).join('')})`
    case 'variant':
      return 'Mv'
    case 'dictionary':
      return node.keys.length === 0 ? 'Ma{**}' : `Ma${entryPattern(node, node.keys, node.values[0]!)}`
    case 'entry':
      return `M${entryPattern(node, [node.key], node.value)}`
    case 'maybe':
      return node.child === null ? 'm*' : `m${patternOf(node.child)}`
    case 'string':
      return 'MS'
    case 'bytestring':
      return 'May'
    case 'number':
      return looksLikeDouble(node.token) ? 'Md' : 'MN'
    case 'boolean':
      return 'Mb'
    case 'typed':
      return node.type.signature
  }
}

/** The type that a pattern stands for when nothing else decides: no maybes, `s` and `i`. `undefined`: undecided. */
export function defaultType(pattern: string): string | undefined {
  if (pattern.includes('*')) return undefined
  return pattern.replaceAll('M', '').replaceAll('S', 's').replaceAll('N', 'i')
}

/** Only the first value counts: the others are held against it once the type is settled. */
function entryPattern(node: Node, keys: readonly Node[], value: Node): string {
  const key = commonPattern(keys).replace(/^M/, '')[0] ?? ''
  if (!'bynqiuxthdsogNS'.includes(key)) throw textError('dictionary keys must have basic types', node.range)
  return `{${key}${patternOf(value)}}`
}

function commonPattern(nodes: readonly Node[]): string {
  const patterns: string[] = []
  let common: string | undefined
  for (const node of nodes) {
    const pattern = patternOf(node)
    common = common === undefined ? pattern : coalesce(common, pattern)
    if (common === undefined) {
      const rival = patterns.findIndex((earlier) => coalesce(pattern, earlier) === undefined)
      if (rival < 0) throw textError('unable to find a common type', node.range)
      throw textError('unable to find a common type', nodes[rival]!.range, node.range)
    }
    patterns.push(pattern)
  }
  return common ?? '*'
}

function looksLikeDouble(token: string): boolean {
  return /\.|inf|nan/.test(token) || (token.includes('e') && !token.startsWith('0x'))
}

const NUMERIC = 'ynqiuxthd'
const TEXTUAL = 'sog'

/** The most general pattern that both allow; `undefined` where there is none. */
export function coalesce(left: string, right: string): string | undefined {
  let result = ''
  let l = 0
  let r = 0
  while (l < left.length && r < right.length) {
    if (left[l] === right[r]) {
      result += left[l]
      l++
      r++
      continue
    }
    const leftYields = yields(left, l, right, r)
    const step = leftYields ?? yields(right, r, left, l)
    if (step === undefined) return undefined
    result += step.taken
    l += leftYields === undefined ? step.firm : step.open
    r += leftYields === undefined ? step.open : step.firm
  }
  return l === left.length && r === right.length ? result : undefined
}

interface Step {
  readonly taken: string
  /** Characters used up of the pattern with the open place, and of the other. */
  readonly open: number
  readonly firm: number
}

/** What `open[i]`, when it is an open place, makes of the other pattern at `firm[j]`. */
function yields(open: string, i: number, firm: string, j: number): Step | undefined {
  const other = firm[j]!
  switch (open[i]) {
    case '*': {
      if (other === ')') return undefined
      const taken = firm.slice(j, completeEnd(firm, j))
      return { taken, open: 1, firm: taken.length }
    }
    case 'M':
      if (other === 'm') return { taken: 'm', open: 0, firm: 1 }
      return other === '*' ? undefined : { taken: '', open: 1, firm: 0 }
    case 'N':
      return NUMERIC.includes(other) ? { taken: other, open: 1, firm: 1 } : undefined
    case 'S':
      return TEXTUAL.includes(other) ? { taken: other, open: 1, firm: 1 } : undefined
    default:
      return undefined
  }
}

/** Where the complete pattern at `start` ends. */
function completeEnd(pattern: string, start: number): number {
  let end = start
  while ('amM'.includes(pattern[end] ?? ' ')) end++
  let open = 0
  do {
    const character = pattern[end++]
    if (character === '(' || character === '{') open++
    else if (character === ')' || character === '}') open--
  } while (open > 0 && end < pattern.length)
  return end
}
