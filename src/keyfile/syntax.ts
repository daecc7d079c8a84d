// The line grammar of a key file: what makes a line a comment, a group header or a pair, and which names are allowed.
// Facts: the Desktop Entry specification's basic format, and GLib's GKeyFile as observed.

const ASCII_SPACE_START = /^[\t\n\v\f\r ]+/
const ASCII_SPACE_END = /[\t\n\v\f\r ]+$/

// GLib steps over stray UTF-8 continuation bytes behind a character, wherever it walks by characters. They are escaped
// bytes here (see text/escaped-utf8.ts): U+DC80 to U+DCBF.

/** `[`, anything but `]`, `]`, then blanks. */
const HEADER = /^\[[^\]]*\][\udc80-\udcbf]*(?:[ \t][\udc80-\udcbf]*)*$/

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what a group name must not hold
const GROUP_NAME = /^[^[\]\x00-\x1f\x7f]+$/

/** A key, with an optional locale in brackets: `Name[pt_BR]`. */
const KEY_NAME = /^([^=[\]\0]+)(?:\[(?:[\p{L}\p{N}\-_.@][\udc80-\udcbf]*)*\])?$/u

export type Line =
  | { readonly kind: 'comment' }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'pair'; readonly key: string; readonly value: string }
  | { readonly kind: 'other' }

export function isGroupName(name: string): boolean {
  return GROUP_NAME.test(name)
}

export function isKeyName(name: string): boolean {
  const key = KEY_NAME.exec(name)?.[1]
  return key !== undefined && !key.startsWith(' ') && !key.endsWith(' ')
}

/** What stands between the brackets of `Name[locale]`; `undefined` for a key without one. */
export function keyLocale(key: string): string | undefined {
  const bracket = key.lastIndexOf('[')
  if (bracket < 0 || key.length - bracket <= 2) return undefined
  return key.slice(bracket + 1, -1)
}

/** Sorts one line (without its line end) into its kind. Names are not checked here. A NUL ends the line early. */
export function classifyLine(line: string): Line {
  const nul = line.indexOf('\0')
  const text = (nul < 0 ? line : line.slice(0, nul)).replace(ASCII_SPACE_START, '')
  if (text === '' || text.startsWith('#')) return { kind: 'comment' }
  if (HEADER.test(text)) {
    // The name ends at the last bracket of the whole line, which may stand behind a NUL.
    const end = nul >= 0 && line.includes(']', nul) ? text.length : text.lastIndexOf(']')
    return { kind: 'group', name: text.slice(1, end) }
  }
  const equals = text.indexOf('=')
  if (equals <= 0) return { kind: 'other' }
  return {
    kind: 'pair',
    key: text.slice(0, equals).replace(ASCII_SPACE_END, ''),
    value: text.slice(equals + 1).replace(ASCII_SPACE_START, ''),
  }
}
