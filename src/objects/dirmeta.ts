// The dirmeta object: a directory's owner, mode and extended attributes. Facts: spec/objects.md#dirmeta

import { decode, encode, struct, u32be, type ValueOf } from '../gvariant/schema.ts'
import { validateDirectoryMode } from './file-mode.ts'
import { canonicalXattrs, validateXattrs, XATTRS } from './xattrs.ts'

export const DIRMETA = struct('(uuua(ayay))', {
  uid: u32be,
  gid: u32be,
  /** The directory type bit included. */
  mode: u32be,
  xattrs: XATTRS,
})
export type Dirmeta = ValueOf<typeof DIRMETA>

/** Decodes and validates. @throws {@link OstreeError} `INVALID_FORMAT` */
export function decodeDirmeta(data: Uint8Array): Dirmeta {
  const meta = decode(DIRMETA, data)
  validateDirectoryMode(meta.mode)
  validateXattrs(meta.xattrs)
  return meta
}

export const encodeDirmeta = (meta: Dirmeta): Uint8Array =>
  encode(DIRMETA, { ...meta, xattrs: canonicalXattrs(meta.xattrs) })
