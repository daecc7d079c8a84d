// Reads the text form of values, as g_variant_parse does. Facts: spec/gvariant.md#reading-text

import { encodeEscapedUtf8 } from '../text/escaped-utf8.ts'
import { parseNode } from './text-syntax.ts'
import { isSpace, TokenStream, textError } from './text-tokens.ts'
import { inferredValue, settledValue } from './text-values.ts'
import { parseType } from './type.ts'
import type { Variant } from './value.ts'

/**
 * @param expectedType - The signature that the value must have; by default the text decides.
 * @throws {@link OstreeError} `INVALID_VARIANT_TEXT` with GLib's words: `START-END:reason`, counted in bytes.
 */
export function parseVariant(text: string, expectedType?: string): Variant {
  const tokens = new TokenStream(encodeEscapedUtf8(text))
  const node = parseNode(tokens)
  const variant =
    expectedType === undefined
      ? inferredValue(node)
      : { type: expectedType, value: settledValue(node, parseType(expectedType)) }
  let end = tokens.position
  while (end < tokens.bytes.length && isSpace(tokens.bytes[end]!)) end++
  if (end < tokens.bytes.length) throw textError('expected end of input', { start: end, end })
  return variant
}
