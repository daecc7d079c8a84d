// Values as the reference prints them: with type annotations, and numbers read as big-endian, which is how OSTree stores
// its own (`--no-byteswap` reads them as they lie).

import { decodeLenient } from '../gvariant/normal-form.ts'
import { printVariant } from '../gvariant/print-text.ts'
import type { Variant } from '../gvariant/value.ts'
import { encodeXattrs, type Xattrs } from '../objects/xattrs.ts'

const XATTRS_TYPE = 'a(ayay)'

/** What `--raw` shows of serialized data. Broken data prints as GLib has it. */
export function rawText(type: string, bytes: Uint8Array, options: { readonly byteswap: boolean }): string {
  return annotated(decodeLenient(type, bytes, options.byteswap ? 'big' : 'little'))
}

export function annotated(variant: Variant): string {
  return printVariant(variant, { typeAnnotate: true })
}

export function xattrsText(xattrs: Xattrs): string {
  return annotated(decodeLenient(XATTRS_TYPE, encodeXattrs(xattrs)))
}
