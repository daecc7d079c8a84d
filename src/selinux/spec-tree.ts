// The lines of a policy by the folders they are about, and the search for the line that labels a path. Which line wins
// depends on this grouping, so it is libselinux's: by up to three leading folders without special characters.
// Facts: libselinux 3.11 as observed; compared in test/selinux.

import { literalOf, type SpecLine, typesFit } from './spec-line.ts'
import { SpecRegex } from './spec-regex.ts'

const MAX_DEPTH = 3

interface Spec {
  readonly type: number
  readonly context: string | null
  /** Rises with each line and each file. */
  readonly order: number
}

interface RegexSpec extends Spec {
  readonly regex: SpecRegex
}

interface LiteralSpec extends Spec {
  readonly file: number
}

interface TreeNode {
  readonly parent: TreeNode | undefined
  readonly children: Map<string, TreeNode>
  /** By the whole path; lines of later files first, otherwise in order. */
  readonly literals: Map<string, LiteralSpec[]>
  readonly regexes: RegexSpec[]
}

function makeNode(parent: TreeNode | undefined): TreeNode {
  return { parent, children: new Map(), literals: new Map(), regexes: [] }
}

export class SpecTree {
  readonly #root = makeNode(undefined)
  #order = 0

  /** No line at all: then nothing has a label. */
  get isEmpty(): boolean {
    return this.#order === 0
  }

  /** @param file - The number of the file that the line is from; lines come in the order of files and lines. */
  add(line: SpecLine, file: number): void {
    this.#order += 1
    const spec = { type: line.type, context: line.context, order: this.#order }
    const literal = literalOf(line.pattern)
    if (literal === undefined) {
      this.#nodeOfPattern(line.pattern).regexes.push({ ...spec, regex: new SpecRegex(line.pattern) })
      return
    }
    const { literals } = this.#nodeOfLiteral(literal)
    const same = literals.get(literal) ?? []
    const at = same.findIndex((other) => other.file < file)
    same.splice(at < 0 ? same.length : at, 0, { ...spec, file })
    literals.set(literal, same)
  }

  /** The context for a path (as byte text, slashes cleaned); `null` where no line gives one. */
  find(path: string, type: number): string | null {
    const deepest = this.#deepestNode(path)
    const literal = deepest.literals.get(path)?.find((spec) => typesFit(type, spec.type))
    if (literal !== undefined) return literal.context
    let best: RegexSpec | undefined
    for (let node: TreeNode | undefined = deepest; node !== undefined; node = node.parent) {
      const found = newestMatch(node.regexes, best?.order ?? 0, path, type)
      // `<<none>>` ends the search, even where a newer line further up would match.
      if (found?.context === null) return null
      best = found ?? best
    }
    return best?.context ?? null
  }

  #nodeOfPattern(pattern: string): TreeNode {
    let node = this.#root
    let at = 0
    for (let depth = 0; depth < MAX_DEPTH; ) {
      const slash = pattern.indexOf('/', at + 1)
      if (slash < 0) break
      if (slash > at + 1) {
        const stem = literalOf(pattern.slice(at + 1, slash))
        if (stem === undefined) break
        node = childOf(node, stem)
        depth += 1
      }
      at = slash
    }
    return node
  }

  #nodeOfLiteral(literal: string): TreeNode {
    let node = this.#root
    let at = 0
    for (let depth = 0; depth < MAX_DEPTH && literal.charAt(at) === '/'; ) {
      const slash = literal.indexOf('/', at + 1)
      if (slash < 0) break
      if (slash > at + 1) {
        node = childOf(node, literal.slice(at + 1, slash))
        depth += 1
      }
      at = slash
    }
    return node
  }

  #deepestNode(path: string): TreeNode {
    let node = this.#root
    let at = 0
    while (path.charAt(at) === '/') {
      const slash = path.indexOf('/', at + 1)
      if (slash < 0) break
      if (slash > at + 1) {
        const child = node.children.get(path.slice(at + 1, slash))
        if (child === undefined) break
        node = child
      }
      at = slash
    }
    return node
  }
}

function childOf(node: TreeNode, stem: string): TreeNode {
  const known = node.children.get(stem)
  if (known !== undefined) return known
  const child = makeNode(node)
  node.children.set(stem, child)
  return child
}

/** The last of the lines newer than `after` that matches. */
function newestMatch(specs: readonly RegexSpec[], after: number, path: string, type: number): RegexSpec | undefined {
  for (let i = specs.length - 1; i >= 0; i--) {
    const spec = specs[i]
    if (spec === undefined || spec.order < after) return undefined
    if (typesFit(type, spec.type) && spec.regex.matches(path)) return spec
  }
  return undefined
}
