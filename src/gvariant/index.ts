// ostree-ts/gvariant: codecs from declared schemas, values of any type, normal form, the text format.

export { inHashOrder } from './hash-order.ts'
export { byteswap, decodeLenient, isNormalForm, normalize } from './normal-form.ts'
export { type PrintOptions, printVariant } from './print-text.ts'
export * from './schema.ts'
export { MAX_DEPTH, parseType, type Type, tryParseType } from './type.ts'
export { codecOf, decodeVariant, encodeVariant } from './variant.ts'
