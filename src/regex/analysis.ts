// What a pattern's tree says about how it matches. PCRE and ECMAScript agree on most patterns; these functions find the
// places where they do not, so that the translation can refuse them instead of matching something else.

import { type Backreference, children, type Look, type Node } from './syntax-tree.ts'

/** True where the node can match without taking a character. */
export function isNullable(node: Node): boolean {
  switch (node.kind) {
    case 'set':
    case 'newline-sequence':
      return false
    case 'sequence':
      return node.items.every(isNullable)
    case 'alternation':
      return node.branches.some(isNullable)
    case 'repeat':
      return node.min === 0 || isNullable(node.body)
    case 'capture':
    case 'atomic':
      return isNullable(node.body)
    default:
      return true
  }
}

/**
 * True where a nullable node tries everything else before it matches nothing. Repeating such a node ends with the same
 * match in both languages: PCRE stops at the empty turn, ECMAScript drops it.
 */
export function triesEmptyLast(node: Node): boolean {
  if (!isNullable(node)) return true
  switch (node.kind) {
    case 'sequence':
      return node.items.every(triesEmptyLast)
    case 'alternation': {
      const first = node.branches.findIndex(isNullable)
      const [branch, ...later] = node.branches.slice(first)
      return branch !== undefined && triesEmptyLast(branch) && later.every((other) => widths(other).max === 0)
    }
    case 'repeat':
      return node.mode !== 'lazy' && triesEmptyLast(node.body)
    case 'capture':
    case 'atomic':
      return triesEmptyLast(node.body)
    default:
      return true
  }
}

/** The least and most characters that a node can match. `\R` counts two: CR LF. */
export function widths(node: Node): { readonly min: number; readonly max: number } {
  switch (node.kind) {
    case 'set':
      return { min: 1, max: 1 }
    case 'newline-sequence':
      return { min: 1, max: 2 }
    case 'sequence': {
      const parts = node.items.map(widths)
      return { min: sum(parts.map((part) => part.min)), max: sum(parts.map((part) => part.max)) }
    }
    case 'alternation': {
      const parts = node.branches.map(widths)
      return { min: Math.min(...parts.map((part) => part.min)), max: Math.max(...parts.map((part) => part.max)) }
    }
    case 'repeat': {
      const body = widths(node.body)
      return { min: body.min * node.min, max: body.max === 0 ? 0 : body.max * node.max }
    }
    case 'capture':
    case 'atomic':
      return widths(node.body)
    case 'backreference':
      return { min: 0, max: Number.POSITIVE_INFINITY }
    default:
      return { min: 0, max: 0 }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** True where an atomic group or a possessive repeat makes what is tried first decide whether anything matches. */
export function givesNothingBack(node: Node): boolean {
  if (node.kind === 'atomic' || (node.kind === 'repeat' && node.mode === 'possessive')) return true
  return children(node).some(givesNothingBack)
}

/** PCRE's limit for a lookbehind whose width varies. */
const MAX_LOOKBEHIND = 255

export interface Mistake {
  readonly reason: string
  readonly at: number
}

/**
 * The first reason why PCRE refuses a lookbehind, in the order of the pattern; `undefined` where all are good.
 * @param referenceMistake - What is wrong with a backreference that stands in a lookbehind.
 */
export function lookbehindMistake(
  node: Node,
  referenceMistake: (reference: Backreference) => Mistake | undefined,
  inside?: Look,
): Mistake | undefined {
  if (inside !== undefined && node.kind === 'backreference') return referenceMistake(node)
  const scope = node.kind === 'look' ? (node.behind ? node : undefined) : inside
  for (const child of children(node)) {
    const mistake = lookbehindMistake(child, referenceMistake, scope)
    if (mistake !== undefined) return mistake
  }
  if (inside !== undefined && node.kind === 'repeat' && node.max === Number.POSITIVE_INFINITY) {
    const skipped = node.body.kind === 'look' && !node.body.behind
    return skipped ? undefined : { reason: UNLIMITED, at: inside.at }
  }
  return node.kind === 'look' && node.behind ? widthMistake(node) : undefined
}

const UNLIMITED = 'lookbehind assertion is not fixed length'

function widthMistake({ body, at }: Look): Mistake | undefined {
  for (const branch of body.kind === 'alternation' ? body.branches : [body]) {
    const { min, max } = widths(branch)
    if (min !== max && max > MAX_LOOKBEHIND) {
      return { reason: 'branch too long in variable-length lookbehind assertion', at }
    }
  }
  return undefined
}

export function groupsWithin(node: Node): number[] {
  const below = children(node).flatMap(groupsWithin)
  return node.kind === 'capture' ? [node.number, ...below] : below
}

/** What the walk through a pattern learned about its groups. */
export interface GroupFacts {
  /**
   * Groups whose text may differ between PCRE and ECMAScript: ECMAScript forgets them when a repeat starts its next
   * turn, and drops an empty last turn; in a lookbehind of varying width it splits the text the other way round.
   */
  readonly unreliable: ReadonlySet<number>
  /** Backreferences to a group that need not be set: PCRE fails there, ECMAScript matches nothing. */
  readonly openReferences: readonly number[]
}

export function groupFacts(root: Node): GroupFacts {
  const unreliable = new Set<number>()
  const openReferences: number[] = []

  /** Walks in matching order; answers the groups that are set once `node` has matched. */
  const walk = (node: Node, set: ReadonlySet<number>): ReadonlySet<number> => {
    switch (node.kind) {
      case 'sequence':
        return node.items.reduce((known, item) => walk(item, known), set)
      case 'alternation': {
        const after = node.branches.map((branch) => walk(branch, set))
        return new Set([...(after[0] ?? set)].filter((group) => after.every((known) => known.has(group))))
      }
      case 'capture':
        return new Set([...walk(node.body, set), node.number])
      case 'atomic':
        return walk(node.body, set)
      case 'look': {
        const after = walk(node.body, set)
        if (node.behind && !isFixedWidth(node.body)) for (const group of groupsWithin(node.body)) unreliable.add(group)
        return node.negated ? set : after
      }
      case 'repeat': {
        const after = walk(node.body, set)
        if (node.max > 1) {
          const nullable = isNullable(node.body)
          for (const group of groupsWithin(node.body)) if (nullable || !after.has(group)) unreliable.add(group)
        }
        return node.min > 0 ? after : set
      }
      case 'backreference':
        if (!set.has(node.group)) openReferences.push(node.group)
        return set
      default:
        return set
    }
  }
  walk(root, new Set())
  return { unreliable, openReferences }
}

function isFixedWidth(node: Node): boolean {
  const { min, max } = widths(node)
  return min === max
}
