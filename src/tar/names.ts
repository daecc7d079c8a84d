// Names in archives: bytes that must be UTF-8. libarchive, in a UTF-8 locale, composes the names of pax headers
// (towards Unicode's NFC, without reordering and without touching precomposed characters), so the reference commits
// them composed; in the C locale it leaves them alone.

import { tryDecodeUtf8 } from '../bytes/utf8.ts'
import { invalidArchive } from './entry.ts'

/** What becomes of names in pax headers: `compose` as in a UTF-8 locale, `keep` as in the C locale. */
export type NameForm = 'compose' | 'keep'

/** @throws {@link OstreeError} `INVALID_ARCHIVE` for bytes that are not UTF-8. */
export function decodeName(bytes: Uint8Array, what: string): string {
  const text = tryDecodeUtf8(bytes)
  if (text === undefined) throw invalidArchive(`Archive entry ${what} is not valid UTF-8`)
  return text
}

/** Below U+0300 there is nothing that combines. */
const MAY_COMBINE = /[^\0-\u02ff]/
/** Marks that are looked at for one character at most. */
const MAX_MARKS = 10

/** Composes each character with the marks after it as far as they allow, and leaves everything else as it is. */
export function compose(text: string): string {
  if (!MAY_COMBINE.test(text)) return text
  const characters = Array.from(text)
  let out = ''
  for (let at = 0; at < characters.length; ) {
    let base = characters[at++]!
    for (let pair = tryCompose(base, characters[at]); pair !== undefined; pair = tryCompose(base, characters[at])) {
      base = pair
      at++
    }
    const marks = takeMarks(characters, at)
    at += marks.length
    out += composeWithAny(base, marks)
  }
  return out
}

/** The marks from `at` on of which none hides another: their combining classes rise. */
function takeMarks(characters: readonly string[], at: number): string[] {
  const marks: string[] = []
  for (const mark of characters.slice(at, at + MAX_MARKS)) {
    const last = marks.at(-1)
    if (last === undefined ? !isMark(mark) : !isOrdered(last, mark)) break
    marks.push(mark)
  }
  return marks
}

function composeWithAny(base: string, marks: readonly string[]): string {
  const left = [...marks]
  let composed = base
  for (let i = 0; i < left.length; ) {
    const pair = tryCompose(composed, left[i])
    if (pair === undefined) i++
    else {
      composed = pair
      left.splice(i, 1)
      i = 0
    }
  }
  return composed + left.join('')
}

/** The one character that two make together; none where NFC would first take one of them apart. */
function tryCompose(first: string, second: string | undefined): string | undefined {
  if (second === undefined || second < '\u0300') return undefined
  const composed = (first + second).normalize('NFC')
  const isOne = composed.length === (composed.codePointAt(0)! > 0xffff ? 2 : 1)
  return isOne && first.normalize('NFC') === first && second.normalize('NFC') === second ? composed : undefined
}

/** True for a character whose combining class is not 0: it moves before one of class 240. */
function isMark(character: string): boolean {
  return character === '\u0345' || `\u0345${character}`.normalize('NFD') !== `\u0345${character.normalize('NFD')}`
}

/** True where the class of `second` is greater than that of `first`, as canonical ordering tells. */
function isOrdered(first: string, second: string): boolean {
  return isMark(second) && `${second}${first}`.normalize('NFD') !== `${second}${first}`
}
