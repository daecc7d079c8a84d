// A key file (`[group]`, `key=value`, `# comment`) in memory: GKeyFile's behaviour, down to the bytes it writes back.
// Facts: the Desktop Entry specification, GLib as observed; the comparison is in test/keyfile.

import { OstreeError } from '../errors.ts'
import { decodeEscapedUtf8, encodeEscapedUtf8, isCleanUtf8, printableText } from '../text/escaped-utf8.ts'
import { classifyLine, isGroupName, isKeyName, keyLocale } from './syntax.ts'
import {
  escapeValue,
  formatList,
  parseBoolean,
  parseInt64,
  parseInteger,
  parseList,
  parseUint64,
  unescapeValue,
} from './values.ts'

export interface KeyFileOptions {
  /**
   * Keep comments and blank lines, which `toText` then writes back. Default `false`: the reference drops them from a
   * repository's config, and sets one blank line between groups instead.
   */
  readonly keepComments?: boolean
  /** Keep every `key[locale]`. Default `false`: only those whose locale is among `languages`. */
  readonly keepTranslations?: boolean
  /** The locales in use, as `g_get_language_names()` lists them. Default: `C` alone. */
  readonly languages?: readonly string[]
}

/** A pair, or (without a key) one line of comment. */
interface Entry {
  readonly key: string | undefined
  value: string
}

/** `pairs` holds the last entry of each key; an earlier one of the same key stays in `entries` and is written back. */
interface Group {
  readonly name: string | undefined
  readonly entries: Entry[]
  readonly pairs: Map<string, Entry>
}

const NO_VALUE = 'which has a value that cannot be interpreted.'

export class KeyFile {
  /** What stands between the items of a list; one character. */
  listSeparator = ';'
  readonly #options: KeyFileOptions
  /** The first has no name and holds what stands before the first header. */
  readonly #groups: Group[] = [{ name: undefined, entries: [], pairs: new Map() }]
  readonly #byName = new Map<string, Group>()
  #current: Group | undefined
  /** The oldest named group still there: no blank line is set before the group that becomes it. */
  #start: Group | undefined

  constructor(options: KeyFileOptions = {}) {
    this.#options = options
    this.#current = this.#groups[0]
  }

  /**
   * Reads a key file. Groups of the same name are one group; of two equal keys the later counts.
   * @throws {@link OstreeError} `KEY_FILE_SYNTAX` in GLib's words.
   */
  static parse(source: string | Uint8Array, options: KeyFileOptions = {}): KeyFile {
    const file = new KeyFile(options)
    const text = typeof source === 'string' ? source : decodeEscapedUtf8(source)
    const lines = text.split('\n')
    const unfinished = lines.pop() ?? ''
    for (const line of lines) file.#addLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    if (unfinished !== '') file.#addLine(unfinished)
    return file
  }

  /**
   * A copy to change: what is read from this file's text. The reference edits its config by way of such a copy, and the
   * blank lines between groups can come out elsewhere for it.
   */
  copy(): KeyFile {
    return KeyFile.parse(this.toText(), this.#options)
  }

  /** Group names in the order of their first headers. */
  groups(): string[] {
    return this.#groups.flatMap((group) => (group.name === undefined ? [] : [group.name]))
  }

  /** The group whose header stands first. */
  startGroup(): string | undefined {
    return this.#start?.name
  }

  hasGroup(group: string): boolean {
    return this.#byName.has(group)
  }

  /** @throws {@link OstreeError} `KEY_FILE_GROUP_NOT_FOUND` */
  hasKey(group: string, key: string): boolean {
    return this.#group(group).pairs.has(key)
  }

  /** Keys in order; one that stands twice is listed twice. @throws {@link OstreeError} `KEY_FILE_GROUP_NOT_FOUND` */
  keys(group: string): string[] {
    return this.#group(group).entries.flatMap((entry) => (entry.key === undefined ? [] : [entry.key]))
  }

  /**
   * The value as it is written. Bytes that are not UTF-8 come as `text/escaped-utf8.ts` writes them.
   * @throws {@link OstreeError} `KEY_FILE_GROUP_NOT_FOUND`, `KEY_FILE_KEY_NOT_FOUND`; so do the getters below
   */
  getValue(group: string, key: string): string {
    const entry = this.#group(group).pairs.get(key)
    if (entry === undefined) throw new OstreeError('KEY_FILE_KEY_NOT_FOUND', { group, key })
    return entry.value
  }

  /** The value with its escapes undone. @throws {@link OstreeError} `KEY_FILE_INVALID_VALUE` */
  getString(group: string, key: string): string {
    return (
      unescapeValue(this.#utf8Value(group, key)) ?? invalid(group, key, `Key file contains key “${key}” ${NO_VALUE}`)
    )
  }

  getStringList(group: string, key: string): string[] {
    const items = parseList(this.#utf8Value(group, key), this.listSeparator)
    return items ?? invalid(group, key, `Key file contains key “${key}” ${NO_VALUE}`)
  }

  getBoolean(group: string, key: string): boolean {
    const value = parseBoolean(this.getValue(group, key))
    return value ?? invalid(group, key, `Key file contains key “${key}” ${NO_VALUE}`)
  }

  /** A 32-bit number. */
  getInteger(group: string, key: string): number {
    const value = parseInteger(this.getValue(group, key))
    if (typeof value === 'number') return value
    return invalid(group, key, `Key file contains key “${key}” in group “${group}” ${NO_VALUE}`)
  }

  getInt64(group: string, key: string): bigint {
    const value = this.getValue(group, key)
    return parseInt64(value) ?? invalid(group, key, expected(group, key, value, 'int64'))
  }

  getUint64(group: string, key: string): bigint {
    const value = this.getValue(group, key)
    return parseUint64(value) ?? invalid(group, key, expected(group, key, value, 'uint64'))
  }

  /**
   * Sets the value as it will be written; makes the group where it is missing.
   * @throws {@link OstreeError} `INVALID_ARGUMENT`: no key file can hold such a name (GLib prints a warning, does nothing)
   */
  setValue(group: string, key: string, value: string): void {
    if (!isGroupName(group)) throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid group name: ${group}` })
    if (!isKeyName(key)) throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid key name: ${key}` })
    const target = this.#byName.get(group) ?? this.#addGroup(group, true)
    const entry = target.pairs.get(key)
    if (entry !== undefined) {
      entry.value = value
      return
    }
    const added = { key, value }
    let at = target.entries.length
    while (at > 0 && target.entries[at - 1]?.key === undefined) at -= 1
    target.entries.splice(at, 0, added)
    target.pairs.set(key, added)
  }

  setString(group: string, key: string, text: string): void {
    this.setValue(group, key, escapeValue(text))
  }

  setStringList(group: string, key: string, items: readonly string[]): void {
    this.setValue(group, key, formatList(items, this.listSeparator))
  }

  setBoolean(group: string, key: string, value: boolean): void {
    this.setValue(group, key, value ? 'true' : 'false')
  }

  /** Any of the integer setters of GLib: they write the same digits. */
  setInteger(group: string, key: string, value: number | bigint): void {
    this.setValue(group, key, value.toString())
  }

  /** Removes the pair that counts; an earlier one with the same key stays in the text. */
  removeKey(group: string, key: string): void {
    const target = this.#group(group)
    const entry = target.pairs.get(key)
    if (entry === undefined) throw new OstreeError('KEY_FILE_KEY_NOT_FOUND', { group, key })
    target.entries.splice(target.entries.indexOf(entry), 1)
    target.pairs.delete(key)
  }

  removeGroup(group: string): void {
    const target = this.#group(group)
    this.#byName.delete(group)
    this.#groups.splice(this.#groups.indexOf(target), 1)
    if (this.#start === target) this.#start = this.#groups[1]
  }

  toText(): string {
    let text = ''
    for (const group of this.#groups) {
      if (group.name !== undefined) text += `[${group.name}]\n`
      for (const { key, value } of group.entries) text += key === undefined ? `${value}\n` : `${key}=${value}\n`
    }
    return text
  }

  toBytes(): Uint8Array {
    return encodeEscapedUtf8(this.toText())
  }

  #group(name: string): Group {
    const group = this.#byName.get(name)
    if (group === undefined) throw new OstreeError('KEY_FILE_GROUP_NOT_FOUND', { group: name })
    return group
  }

  #utf8Value(group: string, key: string): string {
    const value = this.getValue(group, key)
    if (isCleanUtf8(value)) return value
    return invalid(group, key, `Key file contains key “${key}” with value “${value}” which is not UTF-8`)
  }

  #addLine(line: string): void {
    const parsed = classifyLine(line)
    if (parsed.kind === 'comment') {
      const value = line.split('\0', 1)[0] ?? ''
      if (this.#options.keepComments === true) this.#current?.entries.push({ key: undefined, value })
    } else if (parsed.kind === 'group') {
      if (!isGroupName(parsed.name)) throw syntaxError(`Invalid group name: ${parsed.name}`)
      this.#current = this.#byName.get(parsed.name) ?? this.#addGroup(parsed.name, false)
    } else if (parsed.kind === 'pair') {
      this.#addPair(parsed.key, parsed.value, line)
    } else {
      throw syntaxError(`Key file contains line “${line}” which is not a key-value pair, group, or comment`)
    }
  }

  #addPair(key: string, value: string, line: string): void {
    const group = this.#current
    if (group?.name === undefined) throw syntaxError('Key file does not start with a group')
    if (!isKeyName(key)) throw syntaxError(`Invalid key name: ${key}`)
    if (group === this.#start && key === 'Encoding') {
      const whole = value + line.slice(line.includes('\0') ? line.indexOf('\0') : line.length)
      if (!/^UTF-8$/i.test(whole)) throw syntaxError(`Key file contains unsupported encoding “${whole}”`)
    }
    const locale = keyLocale(key)
    if (locale !== undefined && !this.#isWanted(locale)) return
    const entry = { key, value }
    group.entries.push(entry)
    group.pairs.set(key, entry)
  }

  #isWanted(locale: string): boolean {
    const { keepTranslations = false, languages = ['C'] } = this.#options
    return keepTranslations || languages.some((language) => language.toLowerCase() === locale.toLowerCase())
  }

  #addGroup(name: string, created: boolean): Group {
    const group: Group = { name, entries: [], pairs: new Map() }
    const previous = this.#groups.at(-1)
    this.#groups.push(group)
    this.#byName.set(name, group)
    if (this.#start === undefined) this.#start = group
    else if (this.#options.keepComments !== true || created) separate(previous)
    return group
  }
}

/** Ends a group with a blank line, unless it ends with a comment or a blank line already. */
function separate(group: Group | undefined): void {
  if (group === undefined) return
  const last = group.entries.at(-1)
  if (last !== undefined && (last.key === undefined || last.value.includes('\n'))) return
  group.entries.push({ key: undefined, value: '' })
}

function syntaxError(reason: string): OstreeError {
  return new OstreeError('KEY_FILE_SYNTAX', { reason: printableText(reason) })
}

function invalid(group: string, key: string, reason: string): never {
  throw new OstreeError('KEY_FILE_INVALID_VALUE', { group, key, reason: printableText(reason) })
}

function expected(group: string, key: string, value: string, type: string): string {
  return `Key “${key}” in group “${group}” has value “${value}” where ${type} was expected`
}
