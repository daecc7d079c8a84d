// Object types, the names of objects, and where a loose object lies. Facts: spec/objects.md#types

import { OstreeError } from '../errors.ts'
import { type Checksum, parseChecksum } from './checksum.ts'

/** `code` is the number in summaries, sizes and deltas; `suffix` ends the file name. */
export const OBJECT_TYPE = {
  file: { code: 1, suffix: 'file' },
  dirtree: { code: 2, suffix: 'dirtree' },
  dirmeta: { code: 3, suffix: 'dirmeta' },
  commit: { code: 4, suffix: 'commit' },
  tombstoneCommit: { code: 5, suffix: 'tombstone-commit' },
  commitmeta: { code: 6, suffix: 'commitmeta' },
  payloadLink: { code: 7, suffix: 'payload-link' },
  fileXattrs: { code: 8, suffix: 'file-xattrs' },
  fileXattrsLink: { code: 9, suffix: 'file-xattrs-link' },
} as const

export type ObjectType = keyof typeof OBJECT_TYPE
/** Types whose bytes are one GVariant kept in one plain file. */
export type MetadataType = 'dirtree' | 'dirmeta' | 'commit' | 'tombstoneCommit' | 'commitmeta'

const TYPE_BY_SUFFIX: ReadonlyMap<string, ObjectType> = new Map(
  Object.entries(OBJECT_TYPE).map(([type, { suffix }]) => [suffix, type as ObjectType]),
)

export interface ObjectName {
  readonly checksum: Checksum
  readonly type: ObjectType
}

/** True for `file` alone: the one type with a content stream, stored compressed (`.filez`) in an archive repository. */
export function isContent(type: ObjectType): boolean {
  return type === 'file'
}

/** `CHECKSUM.SUFFIX`, as messages and lists spell an object. */
export function formatObjectName(name: ObjectName): string {
  return `${name.checksum}.${OBJECT_TYPE[name.type].suffix}`
}

/** @throws {@link OstreeError} `INVALID_ARGUMENT`: no suffix, or one of no known type. */
export function parseObjectName(text: string): ObjectName {
  const dot = text.lastIndexOf('.')
  if (dot < 0) throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid object name ${text}` })
  const type = TYPE_BY_SUFFIX.get(text.slice(dot + 1))
  if (type === undefined) throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid object name ${text}` })
  return { checksum: parseChecksum(text.slice(0, dot)), type }
}

/** Path below `objects/`: two digits, a slash, 62 digits and the suffix, with a `z` for content in an archive. */
export function loosePath(checksum: Checksum, type: ObjectType, archive: boolean): string {
  const z = archive && type === 'file' ? 'z' : ''
  return `${checksum.slice(0, 2)}/${checksum.slice(2)}.${OBJECT_TYPE[type].suffix}${z}`
}

/**
 * The object that a file below `objects/` holds, from its directory (`ab`) and its file name; `null` for any other file.
 */
export function parseLoosePath(prefix: string, fileName: string): ObjectName | null {
  const dot = fileName.indexOf('.')
  if (prefix.length !== 2 || dot !== 62) return null
  const suffix = fileName.slice(dot + 1)
  const type = suffix === 'filez' ? 'file' : TYPE_BY_SUFFIX.get(suffix)
  const text = prefix + fileName.slice(0, dot)
  return type === undefined || !/^[0-9a-f]{64}$/.test(text) ? null : { checksum: text as Checksum, type }
}
