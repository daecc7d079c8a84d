// Names of refs, remotes and collections. Facts: spec/repository.md#refs

import { OstreeError } from '../../errors.ts'

// PCRE's \w without Unicode: ASCII letters, digits and the underscore.
const FRAGMENT = '[A-Za-z0-9_][-._A-Za-z0-9]*'
const REF = `(?:${FRAGMENT}/)*${FRAGMENT}`
const FRAGMENT_PATTERN = new RegExp(`^${FRAGMENT}$`)
const REF_PATTERN = new RegExp(`^${REF}$`)
const REFSPEC_PATTERN = new RegExp(`^(?:(${FRAGMENT}):)?(${REF})$`)
/** D-Bus interface names: two or more dotted elements, none starting with a digit. */
const COLLECTION_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$/
const MAX_COLLECTION_ID_LENGTH = 255

/** `REMOTE:REF`, or a local `REF`. */
export interface Refspec {
  readonly remote: string | null
  readonly ref: string
}

export interface CollectionRef {
  readonly collectionId: string
  readonly ref: string
}

export const isRefFragment = (text: string): boolean => FRAGMENT_PATTERN.test(text)
export const isRemoteName = isRefFragment
export const isCollectionId = (text: string): boolean =>
  COLLECTION_PATTERN.test(text) && text.length <= MAX_COLLECTION_ID_LENGTH

/** @throws {@link OstreeError} `INVALID_REF` */
export function validateRef(text: string): void {
  if (!REF_PATTERN.test(text)) throw new OstreeError('INVALID_REF', { text })
}

export function validateRemoteName(text: string): void {
  if (!isRemoteName(text)) throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid remote name ${text}` })
}

export function validateCollectionId(text: string): void {
  if (!isCollectionId(text)) throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid collection ID ${text}` })
}

/** @throws {@link OstreeError} `INVALID_ARGUMENT` */
export function parseRefspec(text: string): Refspec {
  const match = REFSPEC_PATTERN.exec(text)
  if (match === null) throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid refspec ${text}` })
  return { remote: match[1] ?? null, ref: match[2]! }
}

export const formatRefspec = ({ remote, ref }: Refspec): string => (remote === null ? ref : `${remote}:${ref}`)
