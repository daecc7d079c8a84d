// The two files that tell a commit about single paths: modes to add or set (`--statoverride`), and paths to leave out
// (`--skip-list`). Each rule holds for the first entry it meets. Facts: spec/repository.md#commit

import { OstreeError } from '../../errors.ts'
import { StringHashOrder } from '../../gvariant/hash-order.ts'
import { isRegularMode, MODE } from '../../objects/file-mode.ts'
import type { CommitModifier, EntryAttributes } from './modifier.ts'

export interface StatOverrides {
  /** Bits to add, by path. */
  readonly additions: ReadonlyMap<string, number>
  /** Permissions to set. */
  readonly replacements: ReadonlyMap<string, number>
}

/**
 * Lines of `MODE PATH` add bits, lines of `=MODE PATH` set them; MODE is decimal.
 * @throws {@link OstreeError} `FAILED` for a line without a space.
 */
export function parseStatOverrides(text: string): StatOverrides {
  const additions = new Map<string, number>()
  const replacements = new Map<string, number>()
  for (const line of linesOf(text)) {
    const space = line.indexOf(' ')
    if (space < 0) throw new OstreeError('FAILED', { reason: 'Malformed statoverride file (no space found)' })
    const path = line.slice(space + 1)
    if (line.startsWith('=')) replacements.set(path, modeNumber(line.slice(1)))
    else additions.set(path, modeNumber(line))
  }
  return { additions, replacements }
}

/** One path a line. */
export const parseSkipList = (text: string): readonly string[] => linesOf(text)

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '')

/** The number at the start of a text, as strtod reads it and a C cast makes it a 32-bit one. */
function modeNumber(text: string): number {
  const match =
    /^[ \t\n\v\f\r]*([+-]?)(?:0[xX]([0-9a-fA-F]+)|(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?))/.exec(text)
  if (match === null) return 0
  const magnitude = match[2] === undefined ? Number(match[3]) : Number.parseInt(match[2], 16)
  const value = Math.trunc(match[1] === '-' ? -magnitude : magnitude)
  return value >= -0x8000_0000 && value <= 0x7fff_ffff ? value >>> 0 : 0x8000_0000
}

export interface PathRulesOptions {
  readonly ownerUid?: number | undefined
  readonly ownerGid?: number | undefined
  /** Nobody may write to what somebody may execute. */
  readonly readOnlyExecutables?: boolean
  readonly statOverrides?: StatOverrides | undefined
  readonly skipList?: readonly string[] | undefined
}

export class PathRules {
  readonly #options: PathRulesOptions
  readonly #additions: ReadonlyMap<string, number>
  readonly #replacements: ReadonlyMap<string, number>
  /** What is still to be met, in the order that the reference lists it. */
  readonly #unmetAdditions: StringHashOrder
  readonly #unmetSkips: StringHashOrder
  readonly #skips: Set<string>

  constructor(options: PathRulesOptions) {
    const { statOverrides, skipList = [] } = options
    this.#options = options
    this.#additions = statOverrides?.additions ?? new Map()
    this.#replacements = statOverrides?.replacements ?? new Map()
    this.#unmetAdditions = new StringHashOrder(this.#additions.keys())
    this.#unmetSkips = new StringHashOrder(skipList)
    this.#skips = new Set(skipList)
  }

  /** For {@link CommitModifier}. */
  readonly filter: NonNullable<CommitModifier['filter']> = (path, entry) => {
    const { ownerUid = entry.uid, ownerGid = entry.gid } = this.#options
    const filtered: EntryAttributes = { uid: ownerUid, gid: ownerGid, mode: this.#modeOf(path, entry.mode) }
    if (!this.#skips.delete(path)) return filtered
    this.#unmetSkips.delete(path)
    return null
  }

  #modeOf(path: string, original: number): number {
    const executable = isRegularMode(original) && (original & 0o111) !== 0
    const mode = executable && this.#options.readOnlyExecutables === true ? original & ~0o222 : original
    const addition = this.#additions.get(path)
    if (addition !== undefined && this.#unmetAdditions.delete(path)) return (mode | addition) >>> 0
    const replacement = this.#replacements.get(path)
    return replacement === undefined ? mode : ((mode & MODE.typeMask) | replacement) >>> 0
  }

  /** @throws {@link OstreeError} `UNMATCHED_PATHS` when a path that modes are added to, or one to skip, was not met. */
  requireAllMet(): void {
    if (this.#unmetAdditions.size > 0) {
      throw new OstreeError('UNMATCHED_PATHS', { list: 'statoverride', paths: [...this.#unmetAdditions] })
    }
    if (this.#unmetSkips.size > 0) {
      throw new OstreeError('UNMATCHED_PATHS', { list: 'skip-list', paths: [...this.#unmetSkips] })
    }
  }
}
