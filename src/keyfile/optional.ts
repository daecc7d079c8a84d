// Values that may be missing, and the value forms that OSTree adds to GKeyFile's: tri-states and lists whose separator
// the writer may choose.

import { OstreeError } from '../errors.ts'
import type { KeyFile } from './key-file.ts'

export type Tristate = 'no' | 'maybe' | 'yes'

function has(file: KeyFile, group: string, key: string): boolean {
  return file.hasGroup(group) && file.hasKey(group, key)
}

/** The value as written; `undefined` where the key or its group is missing. So do the functions below. */
export function findValue(file: KeyFile, group: string, key: string): string | undefined {
  return has(file, group, key) ? file.getValue(group, key) : undefined
}

/** @throws {@link OstreeError} `KEY_FILE_INVALID_VALUE` */
export function findBoolean(file: KeyFile, group: string, key: string): boolean | undefined {
  return has(file, group, key) ? file.getBoolean(group, key) : undefined
}

/** `maybe`, or `yes`, `true`, `1`, or `no`, `false`, `0`. @throws {@link OstreeError} `KEY_FILE_INVALID_VALUE` */
export function findTristate(file: KeyFile, group: string, key: string): Tristate | undefined {
  const value = findValue(file, group, key)
  if (value === undefined) return undefined
  const word = value.replace(/^[\t\n\v\f\r ]+|[\t\n\v\f\r ]+$/g, '')
  if (word === 'maybe') return 'maybe'
  if (word === 'yes' || word === 'true' || word === '1') return 'yes'
  if (word === 'no' || word === 'false' || word === '0') return 'no'
  throw new OstreeError('KEY_FILE_INVALID_VALUE', { group, key, reason: `Invalid tri-state value: ${word}` })
}

/**
 * A list in which any one of `separators` (one character each) divides the items. The separator that was found stays
 * the file's `listSeparator`, as with the reference. Without one, the value as written is the only item.
 * @throws {@link OstreeError} `KEY_FILE_INVALID_VALUE`: more than one of them stands in the value
 */
export function findStringList(file: KeyFile, group: string, key: string, separators: string): string[] | undefined {
  const value = findValue(file, group, key)
  if (value === undefined) return undefined
  const used = [...separators].filter((separator) => value.includes(separator))
  if (used.length > 1) {
    const reason = 'key value list contains more than one separator'
    throw new OstreeError('KEY_FILE_INVALID_VALUE', { group, key, reason })
  }
  const separator = used[0]
  if (separator === undefined) return [value]
  file.listSeparator = separator
  return file.getStringList(group, key)
}
