// From the command line of `pull` to what the library is asked.

import { OstreeError } from '../errors.ts'
import { parseChecksum } from '../objects/checksum.ts'
import type { PullOptions, RequestedRef } from '../pull/pull-options.ts'
import { parseRefspec } from '../repo/refs/ref-names.ts'

/** `REMOTE REF...`, or `REMOTE:REF` alone. */
export function parsePullTarget(args: readonly string[]): { remote: string; refs: PullOptions['refs'] } {
  const [first = '', ...rest] = args
  if (!first.includes(':')) return { remote: first, refs: rest.length === 0 ? undefined : rest.map(parseRequestedRef) }
  if (first.startsWith('file://')) return { remote: first, refs: undefined }
  const { remote, ref } = parseRefspec(first)
  return { remote: remote ?? '', refs: [ref] }
}

/** `REF`, or `REF@COMMIT`. */
function parseRequestedRef(text: string): string | RequestedRef {
  const at = text.lastIndexOf('@')
  return at < 0 ? text : { ref: text.slice(0, at), commit: parseChecksum(text.slice(at + 1)) }
}

/** `NAME=VALUE` */
export function parseHeader(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=')
  if (at < 0) throw new OstreeError('FAILED', { reason: "Missing '=' in --http-header" })
  return [text.slice(0, at), text.slice(at + 1)]
}
