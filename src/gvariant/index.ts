// ostree-ts/gvariant: codecs from declared schemas, values of any type, normal form, the text format.

export { inHashOrder, StringHashOrder } from './hash-order.ts'
export { byteswap, decodeLenient, isNormalForm, normalize } from './normal-form.ts'
export { parseVariant } from './parse-text.ts'
export { type PrintOptions, printVariant } from './print-text.ts'
export * from './schema.ts'
export { MAX_DEPTH, parseType, type Type, tryParseType } from './type.ts'
export { codecOf, decodeVariant, encodeVariant } from './variant.ts'
