// The file contexts of an SELinux policy: which label a path gets. Facts: selabel_file(5), selabel_lookup(3), and
// libselinux 3.11 as observed; compared in test/selinux.

import { isOstreeError, OstreeError } from '../errors.ts'
import { byteText, pathBytes } from './byte-text.ts'
import { fileTypeOf, parseSpecLine } from './spec-line.ts'
import { SpecTree } from './spec-tree.ts'
import { parseSubstitutions, type Substitution, substitute } from './substitutions.ts'

/** The contents of the files; all but the first may be missing. */
export interface FileContextsFiles {
  /** `file_contexts` */
  readonly contexts: Uint8Array
  /** `file_contexts.homedirs` */
  readonly homedirs?: Uint8Array | undefined
  /** `file_contexts.local` */
  readonly local?: Uint8Array | undefined
  /** `file_contexts.subs` */
  readonly subs?: Uint8Array | undefined
  /** `file_contexts.subs_dist` */
  readonly subsDist?: Uint8Array | undefined
}

const COMPILED_MAGIC = /^(?:\xf9\x7c\xff\x8a|\x8a\xff\x7c\xf9)/

export class FileContexts {
  readonly #tree: SpecTree
  readonly #subs: readonly Substitution[]
  readonly #subsDist: readonly Substitution[]

  private constructor(tree: SpecTree, subs: readonly Substitution[], subsDist: readonly Substitution[]) {
    this.#tree = tree
    this.#subs = subs
    this.#subsDist = subsDist
  }

  /** @throws {@link OstreeError} `INVALID_FORMAT`: names the file and the line that libselinux would refuse */
  static parse(files: FileContextsFiles): FileContexts {
    const tree = new SpecTree()
    addFile(tree, 'file_contexts', files.contexts, 0)
    addFile(tree, 'file_contexts.homedirs', files.homedirs, 1)
    addFile(tree, 'file_contexts.local', files.local, 2)
    const substitutions = (bytes: Uint8Array | undefined): Substitution[] =>
      bytes === undefined ? [] : parseSubstitutions(byteText(bytes))
    return new FileContexts(tree, substitutions(files.subs), substitutions(files.subsDist))
  }

  /**
   * The context of a path, as `selabel_lookup_raw` finds it.
   * @param mode - Its type bits pick among lines for certain file types; 0 fits them all.
   * @returns `null` where the policy gives the path no label.
   * @throws {@link OstreeError} `FAILED`: a pattern that was tried is broken; `UNSUPPORTED`: it cannot be matched here
   */
  lookup(path: string, mode: number): string | null {
    if (this.#tree.isEmpty) return null
    if (path === '') throw new OstreeError('FAILED', { reason: 'selabel_lookup: Invalid argument' })
    const clean = pathBytes(path)
      .replace(/\/\/+/g, '/')
      .replace(/(.)\/$/s, '$1')
    const local = substitute(this.#subs, clean) ?? clean
    const key = substitute(this.#subsDist, local) ?? local
    try {
      return this.#tree.find(key, fileTypeOf(mode))
    } catch (error) {
      if (!isOstreeError(error, 'REGEX_SYNTAX')) throw error
      throw new OstreeError('FAILED', { reason: 'selabel_lookup: Invalid argument' }, { cause: error })
    }
  }
}

function addFile(tree: SpecTree, name: string, bytes: Uint8Array | undefined, file: number): void {
  if (bytes === undefined) return
  const text = byteText(bytes)
  if (COMPILED_MAGIC.test(text)) {
    throw new OstreeError('UNSUPPORTED', { feature: `a compiled ${name}`, hint: 'install its text form beside it' })
  }
  for (const [index, line] of text.split('\n').entries()) {
    const parsed = parseSpecLine(line)
    if (typeof parsed === 'string') {
      throw new OstreeError('INVALID_FORMAT', { format: name, path: `line ${index + 1}`, reason: parsed })
    }
    if (parsed !== undefined) tree.add(parsed, file)
  }
}
