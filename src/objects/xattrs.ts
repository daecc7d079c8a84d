// Extended attributes as objects carry them: `a(ayay)`, names NUL-terminated and in strcmp order.
// Facts: spec/objects.md#xattrs

import { compareBytes } from '../bytes/compare.ts'
import { OstreeError } from '../errors.ts'
import { array, bytes, decode, encode, mapped, struct, type ValueOf } from '../gvariant/schema.ts'

/** Names without their closing NULs. */
function decodeNames(list: readonly Xattr[]): readonly Xattr[] {
  return list.map(({ name, value }, index) => {
    const end = name.indexOf(0)
    if (end <= 0 || end !== name.length - 1) invalid(`Invalid xattr name (empty or missing NUL) index=${index}`, index)
    return { name: name.subarray(0, end), value }
  })
}

function encodeNames(list: readonly Xattr[]): readonly Xattr[] {
  return list.map(({ name, value }) => {
    const terminated = new Uint8Array(name.length + 1)
    terminated.set(name)
    return { name: terminated, value }
  })
}

function invalid(reason: string, index: number): never {
  throw new OstreeError('INVALID_FORMAT', { format: '', path: String(index), reason })
}

const PAIR = struct('(ayay)', { name: bytes, value: bytes })
export type Xattr = ValueOf<typeof PAIR>
/** The list inside a header or dirmeta, and the whole of a `.file-xattrs` object; names without their closing NULs. */
export const XATTRS = mapped(array(PAIR), decodeNames, encodeNames)
export type Xattrs = ValueOf<typeof XATTRS>

export const NO_XATTRS: Xattrs = []

/** The order that objects are hashed in: by name, bytewise. */
export function canonicalXattrs(xattrs: Xattrs): Xattrs {
  if (xattrs.length < 2) return xattrs
  return [...xattrs].sort((a, b) => compareBytes(a.name, b.name))
}

/** @throws {@link OstreeError} `INVALID_FORMAT`: a name twice, or names out of order. */
export function validateXattrs(xattrs: Xattrs): void {
  for (let index = 1; index < xattrs.length; index++) {
    const [before, name] = [xattrs[index - 1]!.name, xattrs[index]!.name]
    const order = compareBytes(before, name)
    if (order < 0) continue
    const names = order === 0 ? '' : ` (prev=${printable(before)}, cur=${printable(name)})`
    invalid(`${order === 0 ? 'Duplicate' : 'Incorrectly sorted'} xattr name${names}, index=${index}`, index)
  }
}

const printable = (name: Uint8Array): string => new TextDecoder().decode(name)

export const encodeXattrs = (xattrs: Xattrs): Uint8Array => encode(XATTRS, canonicalXattrs(xattrs))
export const decodeXattrs = (data: Uint8Array): Xattrs => decode(XATTRS, data)
