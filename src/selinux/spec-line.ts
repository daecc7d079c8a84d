// One line of a file_contexts file: a pattern, perhaps a file type, a context.
// Facts: file_contexts(5), selabel_file(5), and libselinux 3.11 as observed.

/** The type bits of a mode. */
const TYPE_MASK = 0o170000

/** The file types of a mode by how file_contexts writes them. */
const TYPE_BITS: Readonly<Record<string, number>> = {
  '-b': 0o060000,
  '-c': 0o020000,
  '-d': 0o040000,
  '-p': 0o010000,
  '-l': 0o120000,
  '-s': 0o140000,
  '--': 0o100000,
}
const KNOWN_TYPES: ReadonlySet<number> = new Set(Object.values(TYPE_BITS))

/** The type bits of a mode that a line is about; 0 for files of every type. */
export type FileType = number

export interface SpecLine {
  readonly pattern: string
  readonly type: FileType
  /** `null` for `<<none>>`: files that match get no label. */
  readonly context: string | null
}

const MAX_ENTRY_BYTES = 65535

/** What a line says; `undefined` for a comment or a blank line. A text answers why the line is refused. */
export function parseSpecLine(line: string): SpecLine | string | undefined {
  const entries = line
    .split('\0', 1)
    .join('')
    .split(/[\t\n\v\f\r ]+/)
    .filter((entry) => entry !== '')
  const [pattern, second, third] = entries
  if (pattern === undefined || pattern.startsWith('#')) return undefined
  for (const entry of entries.slice(0, 3)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
    if (!/^[\x00-\x7f]*$/.test(entry)) return 'Non-ASCII characters found'
    if (entry.length >= MAX_ENTRY_BYTES) return 'Spec entry too long'
  }
  if (second === undefined) return 'missing fields'
  const type = third === undefined ? 0 : TYPE_BITS[second]
  if (type === undefined) return `invalid file type ${second}`
  const context = third ?? second
  return { pattern, type, context: context === '<<none>>' ? null : context }
}

/** The type that `mode` is about: 0 where its type bits are missing or unknown, which fits every line. */
export function fileTypeOf(mode: number): FileType {
  const type = mode & TYPE_MASK
  return KNOWN_TYPES.has(type) ? type : 0
}

export function typesFit(a: FileType, b: FileType): boolean {
  return a === 0 || b === 0 || a === b
}

const META = /[.^$?*+|[({\])}]/
/** What a backslash may stand before without making a regular expression of the pattern. */
const ESCAPABLE = /[.^$?*+|[({\])}\-_,]/

/** The text that a pattern without special characters stands for; `undefined` where it needs a regular expression. */
export function literalOf(pattern: string): string | undefined {
  let text = ''
  for (let i = 0; i < pattern.length; i++) {
    let character = pattern.charAt(i)
    if (META.test(character)) return undefined
    if (character === '\\') {
      i += 1
      character = pattern.charAt(i)
      if (!ESCAPABLE.test(character)) return undefined
    }
    text += character
  }
  return text
}
