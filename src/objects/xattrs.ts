// Extended attributes as objects carry them: `a(ayay)`, names NUL-terminated and in strcmp order.
// Facts: spec/objects.md#xattrs

import { compareBytes } from '../bytes/compare.ts'
import { OstreeError } from '../errors.ts'
import { array, bytes, decode, encode, mapped, struct, type ValueOf } from '../gvariant/schema.ts'

function decodeName(value: Uint8Array): Uint8Array {
  const end = value.indexOf(0)
  if (end <= 0 || end !== value.length - 1) {
    throw new OstreeError('INVALID_FORMAT', {
      format: 'xattr',
      path: '',
      reason: 'Invalid xattr name (empty or missing NUL)',
    })
  }
  return value.subarray(0, end)
}

function encodeName(name: Uint8Array): Uint8Array {
  const terminated = new Uint8Array(name.length + 1)
  terminated.set(name)
  return terminated
}

/** A name without its closing NUL. */
const xattrName = mapped(bytes, decodeName, encodeName)

/** The list inside a header or dirmeta, and the whole of a `.file-xattrs` object. */
export const XATTRS = array(struct('(ayay)', { name: xattrName, value: bytes }))
export type Xattrs = ValueOf<typeof XATTRS>
export type Xattr = Xattrs[number]

export const NO_XATTRS: Xattrs = []

/** The order that objects are hashed in: by name, bytewise. */
export function canonicalXattrs(xattrs: Xattrs): Xattrs {
  if (xattrs.length < 2) return xattrs
  return [...xattrs].sort((a, b) => compareBytes(a.name, b.name))
}

/** @throws {@link OstreeError} `INVALID_FORMAT`: a name twice, or names out of order. */
export function validateXattrs(xattrs: Xattrs): void {
  for (let index = 1; index < xattrs.length; index++) {
    const order = compareBytes(xattrs[index - 1]!.name, xattrs[index]!.name)
    if (order < 0) continue
    const reason =
      order === 0 ? `Duplicate xattr name, index=${index}` : `Incorrectly sorted xattr name, index=${index}`
    throw new OstreeError('INVALID_FORMAT', { format: 'xattrs', path: String(index), reason })
  }
}

export const encodeXattrs = (xattrs: Xattrs): Uint8Array => encode(XATTRS, canonicalXattrs(xattrs))
export const decodeXattrs = (data: Uint8Array): Xattrs => decode(XATTRS, data)
