// Every error the library throws: one code, its details and its message. Codes are API; messages are for people and
// follow the reference's words where it has some (scripts look for them).

import { strerror } from './errno.ts'
import { describeFault, type NetworkFault } from './network-fault.ts'

export interface ErrorDetails {
  /**
   * A system call failed. `errno` is its name, such as `ENOENT`; `call` the operation, `path` what it was done to. The
   * message leaves out those that are empty.
   */
  IO: { readonly errno: string; readonly call: string; readonly path: string }
  /** Something the running platform cannot do; `hint` says what would help. */
  UNSUPPORTED: { readonly feature: string; readonly hint: string }
  /** Bytes end before a field does. */
  TRUNCATED: { readonly field: string; readonly offset: number }
  /**
   * Bytes that do not follow their format; `path` names the field, such as `relatedObjects/0/checksum`. Without a
   * `format`, `reason` is the whole sentence.
   */
  INVALID_FORMAT: { readonly format: string; readonly path: string; readonly reason: string }
  /** An archive or its compression that cannot be read; `reason` is the whole sentence. */
  INVALID_ARCHIVE: { readonly reason: string }
  /** Text that spells no GVariant; `reason` is GLib's message, such as `0-3:unknown keyword`. */
  INVALID_VARIANT_TEXT: { readonly reason: string }
  /** An object in a repository breaks its format; `object` is its name. */
  INVALID_OBJECT: { readonly object: string; readonly path: string; readonly reason: string }
  INVALID_CHECKSUM: { readonly text: string }
  INVALID_REF: { readonly text: string }
  INVALID_UTF8_NAME: { readonly path: string }
  OBJECT_NOT_FOUND: { readonly object: string; readonly kind: 'metadata' | 'content' }
  /** `type` is the object's suffix, such as `dirtree`. */
  CHECKSUM_MISMATCH: { readonly type: string; readonly expected: string; readonly actual: string }
  REF_NOT_FOUND: { readonly ref: string }
  /** Nothing lies at that path of a commit. */
  PATH_NOT_FOUND: { readonly path: string }
  /** The write would eat into `core.min-free-space-*`. `requested` is a size for people. */
  NO_SPACE_RESERVED: { readonly limit: string; readonly requested: string }
  /** Another process holds the repository lock. */
  LOCKED: { readonly kind: 'shared' | 'exclusive'; readonly path: string }
  /** A line that no key file may hold; `reason` is the whole sentence. */
  KEY_FILE_SYNTAX: { readonly reason: string }
  KEY_FILE_GROUP_NOT_FOUND: { readonly group: string }
  KEY_FILE_KEY_NOT_FOUND: { readonly group: string; readonly key: string }
  /** A value that is not what was asked for; `reason` is the whole sentence. */
  KEY_FILE_INVALID_VALUE: { readonly group: string; readonly key: string; readonly reason: string }
  /** Paths that a commit was told something about and never met. */
  UNMATCHED_PATHS: { readonly list: 'statoverride' | 'skip-list'; readonly paths: readonly string[] }
  /** A mistake in a regular expression; `offset` counts characters. */
  REGEX_SYNTAX: { readonly pattern: string; readonly offset: number; readonly reason: string }
  /** A mistake in the replacement of a regular expression; `offset` counts bytes. */
  REGEX_REPLACEMENT: { readonly text: string; readonly offset: number; readonly reason: string }
  /** Signatures that are missing, wrong, or by nobody who is trusted; `reason` is the whole sentence. */
  UNTRUSTED: { readonly reason: string }
  /** A server's answer that is no success; `url` is where the answer came from, after redirects, without a password. */
  HTTP_STATUS: { readonly url: string; readonly status: number }
  /** A request that got no whole answer. */
  NETWORK: { readonly url: string; readonly fault: NetworkFault }
  /** Nothing lies at a `file://` URL. */
  FILE_URL_NOT_FOUND: { readonly url: string }
  /** More was sent than the caller takes. */
  RESPONSE_TOO_LARGE: { readonly url: string; readonly maxBytes: number }
  /** A repository for a volume that lies elsewhere, or is the one to copy from; `reason` is the whole sentence. */
  USB_DESTINATION: { readonly reason: string }
  /** A caller's request that makes no sense as asked; `reason` is the whole sentence. */
  INVALID_ARGUMENT: { readonly reason: string }
  /** A request that is right but cannot be met in this state; `reason` is the whole sentence. */
  FAILED: { readonly reason: string }
}

export type ErrorCode = keyof ErrorDetails

const MESSAGES: { readonly [C in ErrorCode]: (details: ErrorDetails[C]) => string } = {
  IO: (d) => `${d.call}${d.path === '' ? '' : `(${d.path})`}${d.call === '' ? '' : ': '}${strerror(d.errno)}`,
  UNSUPPORTED: (d) => `${d.feature} is not available here: ${d.hint}`,
  TRUNCATED: (d) => `${d.field} is cut short at offset ${d.offset}`,
  INVALID_FORMAT: (d) =>
    d.format === '' ? d.reason : `invalid ${d.format}${d.path === '' ? '' : ` at ${d.path}`}: ${d.reason}`,
  INVALID_ARCHIVE: (d) => d.reason,
  INVALID_VARIANT_TEXT: (d) => d.reason,
  INVALID_OBJECT: (d) => `${d.object}: ${d.reason}`,
  INVALID_CHECKSUM: (d) => invalidRev(d.text),
  INVALID_REF: (d) => `Invalid ref name ${d.text}`,
  INVALID_UTF8_NAME: (d) => `Invalid UTF-8 in filename ${d.path.slice(d.path.lastIndexOf('/') + 1)}`,
  OBJECT_NOT_FOUND: (d) =>
    d.kind === 'metadata' ? `No such metadata object ${d.object}` : `Couldn't find file object '${d.object}'`,
  CHECKSUM_MISMATCH: (d) => `Corrupted ${d.type} object; checksum expected='${d.expected}' actual='${d.actual}'`,
  LOCKED: (d) => `Locking repo ${d.kind} failed: Resource temporarily unavailable`,
  NO_SPACE_RESERVED: (d) => `${d.limit} would be exceeded, at least ${d.requested} requested`,
  REF_NOT_FOUND: (d) => `Refspec '${d.ref}' not found`,
  PATH_NOT_FOUND: (d) => `No such file or directory: ${d.path}`,
  KEY_FILE_SYNTAX: (d) => d.reason,
  KEY_FILE_GROUP_NOT_FOUND: (d) => `Key file does not have group “${d.group}”`,
  KEY_FILE_KEY_NOT_FOUND: (d) => `Key file does not have key “${d.key}” in group “${d.group}”`,
  KEY_FILE_INVALID_VALUE: (d) => d.reason,
  UNMATCHED_PATHS: (d) => `Unmatched ${d.list} paths`,
  REGEX_SYNTAX: (d) => `Error while compiling regular expression ‘${d.pattern}’ at char ${d.offset}: ${d.reason}`,
  REGEX_REPLACEMENT: (d) => `Error while parsing replacement text “${d.text}” at char ${d.offset}: ${d.reason}`,
  UNTRUSTED: (d) => d.reason,
  HTTP_STATUS: (d) => `While fetching ${d.url}: Server returned HTTP ${d.status}`,
  NETWORK: (d) => `While fetching ${d.url}: ${describeFault(d.fault)}`,
  FILE_URL_NOT_FOUND: () => 'Could not read a file:// file',
  RESPONSE_TOO_LARGE: (d) => `URI ${d.url} exceeded maximum size of ${d.maxBytes} bytes`,
  USB_DESTINATION: (d) => d.reason,
  INVALID_ARGUMENT: (d) => d.reason,
  FAILED: (d) => d.reason,
}

/** Text of a checksum's length has a character that is wrong; any other is wrong as a whole. */
function invalidRev(text: string): string {
  const at = text.length === 64 ? text.search(/[^0-9a-f]/) : -1
  return at < 0
    ? `Invalid rev ${text.slice(0, 64).replaceAll('\n', ' ')}`
    : `Invalid character '${text.charCodeAt(at)}' in rev '${text}'`
}

export class OstreeError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'OstreeError'
  readonly code: C
  readonly details: ErrorDetails[C]
  constructor(code: C, details: ErrorDetails[C], options?: ErrorOptions & { readonly prefix?: string }) {
    super(`${options?.prefix === undefined ? '' : `${options.prefix}: `}${MESSAGES[code](details)}`, options)
    this.code = code
    this.details = details
  }
}

export function isOstreeError<C extends ErrorCode>(error: unknown, code?: C): error is OstreeError<C> {
  return error instanceof OstreeError && (code === undefined || error.code === code)
}

/** True for a failed system call whose errno is one of `errnos`. */
export function isIoError(error: unknown, ...errnos: readonly string[]): error is OstreeError<'IO'> {
  return isOstreeError(error, 'IO') && errnos.includes(error.details.errno)
}

/** The same error with `prefix: ` before its message, as the reference prefixes errors on their way up. */
export function prefixed(error: unknown, prefix: string): unknown {
  if (!(error instanceof OstreeError)) return error
  error.message = `${prefix}: ${error.message}`
  return error
}

/** A failed system call told as the reference tells it: `label: File exists`, or the system's words alone. */
export function retold(error: unknown, label?: string): unknown {
  if (!isOstreeError(error, 'IO')) return error
  const words = strerror(error.details.errno)
  error.message = label === undefined ? words : `${label}: ${words}`
  return error
}
