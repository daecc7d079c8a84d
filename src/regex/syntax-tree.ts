// What a PCRE pattern says, as a tree. Made by `parser.ts`, read by `analysis.ts` and `to-ecmascript.ts`.

/** Sets with a name. Which characters they hold depends on the mode: bytes, or Unicode (see `character-set.ts`). */
export type NamedSet =
  | 'digit'
  | 'space'
  | 'word'
  | 'horizontal-space'
  | 'vertical-space'
  | 'newline'
  | 'alpha'
  | 'lower'
  | 'upper'
  | 'alnum'
  | 'ascii'
  | 'cntrl'
  | 'graph'
  | 'print'
  | 'punct'
  | 'xdigit'

export type SetItem =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'named'; readonly name: NamedSet; readonly negated: boolean }
  /** `source`: the name of an ECMAScript property, such as `Lu` or `Script_Extensions=Greek`. */
  | { readonly kind: 'property'; readonly source: string; readonly negated: boolean }

/** One character out of a set; `items: []` with `negated` is any character. */
export interface CharacterSet {
  readonly kind: 'set'
  readonly items: readonly SetItem[]
  readonly negated: boolean
  readonly caseless: boolean
}

export type Assertion =
  | 'subject-start'
  | 'subject-end'
  /** The end, or before a newline that ends the subject. */
  | 'last-line-end'
  | 'line-start'
  | 'line-end'
  | 'word-boundary'
  | 'no-word-boundary'

export interface Repeat {
  readonly kind: 'repeat'
  readonly body: Node
  readonly min: number
  /** `Infinity` without a limit. */
  readonly max: number
  readonly mode: 'greedy' | 'lazy' | 'possessive'
}

export interface Look {
  readonly kind: 'look'
  readonly behind: boolean
  readonly negated: boolean
  readonly body: Node
  /** Where its parenthesis stands in the pattern. */
  readonly at: number
}

export interface Backreference {
  readonly kind: 'backreference'
  /** 0 for a name that no group has. */
  readonly group: number
  readonly caseless: boolean
  /** Where a mistake in it is reported. */
  readonly at: number
}

export type Node =
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'alternation'; readonly branches: readonly Node[] }
  | CharacterSet
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'capture'; readonly number: number; readonly body: Node }
  | { readonly kind: 'atomic'; readonly body: Node }
  | Look
  | Repeat
  | Backreference
  /** `\R`: CR LF as one, or a single newline character. */
  | { readonly kind: 'newline-sequence' }

export interface Pattern {
  readonly root: Node
  readonly groupCount: number
  readonly groupNames: ReadonlyMap<string, number>
  /** The pattern names CR or LF outright; then a match may start between the two. */
  readonly namesLineEnds: boolean
}

export const EMPTY: Node = { kind: 'sequence', items: [] }

export function literal(code: number, caseless: boolean): CharacterSet {
  return { kind: 'set', items: [{ kind: 'range', from: code, to: code }], negated: false, caseless }
}

/** The nodes directly below `node`. */
export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'sequence':
      return node.items
    case 'alternation':
      return node.branches
    case 'capture':
    case 'atomic':
    case 'look':
    case 'repeat':
      return [node.body]
    default:
      return []
  }
}
