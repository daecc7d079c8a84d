// Permission bits out of the textual ACLs that star and Solaris tar store. Once an entry has an ACL, libarchive takes
// its permission bits from there and none from the header. The ACL's other entries do not reach a commit.

import type { EntryBuilder } from './entry-builder.ts'

export type AclKind = 'access' | 'default' | 'nfs4'

/** Types of a Solaris ACL header, above the 18 bits that count entries. */
const SOLARIS_KINDS: ReadonlyMap<number, AclKind> = new Map([
  [0o1000000, 'access'],
  [0o3000000, 'nfs4'],
])
const SOLARIS_MAX = 0o77777777
const SOLARIS_COUNT_MASK = 0o777777

/** Where the three bits of an entry go; `undefined` for a mask. */
const SHIFTS: Readonly<Record<string, number | undefined>> = {
  u: 6,
  user: 6,
  g: 3,
  group: 3,
  o: 0,
  other: 0,
  m: undefined,
  mask: undefined,
}
const PERMISSIONS = /^[rwxRWX-]+$/
const MAX_ID = 2147483647

const latin1 = new TextDecoder('latin1')

export interface AclResult {
  readonly mode: number
  /** `false` when something was malformed and passed over. */
  readonly isSound: boolean
}

/** The permission bits after the entries of an ACL for the owner, the group and others were applied to `mode`. */
export function applyAcl(text: string, mode: number, kind: AclKind): AclResult {
  const nul = text.indexOf('\0')
  let result: AclResult = { mode, isSound: true }
  for (const fields of splitEntries(nul === -1 ? text : text.slice(0, nul))) {
    if (fields[0]!.startsWith('#')) continue
    const applied = kind === 'nfs4' ? nfs4Entry(fields, result.mode) : posixEntry(fields, result.mode, kind)
    result = applied === undefined ? { ...result, isSound: false } : { ...result, mode: applied }
  }
  return result
}

/** Entries are parted by commas and line ends, fields by colons; a blank or `#` ends a field's text. */
function splitEntries(text: string): string[][] {
  const entries = text.split(/[,\n]/)
  if (entries.at(-1) === '') entries.pop()
  return entries.map((entry) => {
    const comment = entry.indexOf('#')
    const body = comment > 0 ? entry.slice(0, comment) : entry
    return body.split(':').map((field) => field.trim().split(/[ \t]/)[0]!)
  })
}

/** The mode after one entry of a POSIX.1e ACL; `undefined` for a malformed one. */
function posixEntry(fields: readonly string[], mode: number, kind: AclKind): number | undefined {
  const isDefault = /^d(efault|$)/.test(fields[0]!)
  const rest = isDefault ? [fields[0]!.slice('default'.length), ...fields.slice(1)] : [...fields]
  if (isDefault && rest[0] === '') rest.shift()
  const [tag = '', qualifier = '', permissions = '', id = ''] = rest
  if (!Object.hasOwn(SHIFTS, tag) || isTooLarge(qualifier) || (rest.length > 3 && isTooLarge(id))) return undefined
  const isOwner = /^[ug]/.test(tag)
  const solaris = !isOwner && rest.length === 2 && PERMISSIONS.test(qualifier) // `other:r-x`
  if (!isOwner && rest.length === 3 && qualifier !== '') return undefined
  const bits = solaris ? qualifier : permissions
  if (!PERMISSIONS.test(bits)) return undefined
  const isNamed = isOwner && (qualifier !== '' || /^\d+$/.test(id))
  const shift = SHIFTS[tag]
  if (isDefault || kind !== 'access' || isNamed || shift === undefined) return mode
  return (mode & ~(7 << shift)) | (permissionBits(bits) << shift)
}

/** NFSv4 entries never touch the mode; only their form matters. */
function nfs4Entry(fields: readonly string[], mode: number): number | undefined {
  const named = /^(user|group)$/.test(fields[0]!)
  if (!named && !/^(owner@|group@|everyone@)$/.test(fields[0]!)) return undefined
  const [permissions = '', flags = '', type = ''] = fields.slice(named ? 2 : 1)
  const sound = /^[rwxpDdaARWcCos-]*$/.test(permissions) && /^[fdinSFI-]*$/.test(flags)
  return sound && /^(allow|deny|audit|alarm)$/.test(type) ? mode : undefined
}

function isTooLarge(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) >= MAX_ID
}

function permissionBits(text: string): number {
  return (/r/i.test(text) ? 4 : 0) | (/w/i.test(text) ? 2 : 0) | (/x/i.test(text) ? 1 : 0)
}

/**
 * Applies the body of a Solaris ACL header: an octal number (type and count), a NUL, the text, a NUL.
 * What is malformed is passed over.
 */
export function applySolarisAcl(body: Uint8Array, builder: EntryBuilder): void {
  const [number = '', text = ''] = latin1.decode(body).split('\0')
  const value = /^[0-7]*$/.test(number) ? Number.parseInt(number || '0', 8) : SOLARIS_MAX + 1
  const kind = value > SOLARIS_MAX ? undefined : SOLARIS_KINDS.get(value & ~SOLARIS_COUNT_MASK)
  if (kind === undefined || body.length <= number.length + 1) {
    builder.warned = true
    return
  }
  const { mode, isSound } = applyAcl(text, builder.permissions ?? 0, kind)
  builder.permissions = mode
  if (!isSound) builder.warned = true
}
