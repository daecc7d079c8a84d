// Permission bits out of the textual ACLs that star and Solaris tar store. Once an entry has such an ACL, libarchive
// takes its permission bits from there and none from the header. The ACL's other entries do not reach a commit.

import type { EntryBuilder } from './entry-builder.ts'

/** Entries of a text: parted by commas, line ends or blanks after the last field; `#` starts a comment. */
const ENTRY_SEPARATOR = /[,\n]/
/** Types of a Solaris ACL header. */
const SOLARIS_POSIX = 0o1000000
const SOLARIS_NFS4 = 0o3000000

const latin1 = new TextDecoder('latin1')

const TAGS: Readonly<Record<string, number>> = { u: 6, user: 6, g: 3, group: 3, o: 0, other: 0 }

/**
 * The bits of `mode` after the entries for the owner, the group and others of an access ACL were applied.
 * Malformed entries are passed over.
 */
export function applyAccessAcl(text: string, mode: number): number {
  let result = mode
  for (const entry of text.split(ENTRY_SEPARATOR)) {
    const fields = entry.replace(/#.*/s, '').split(':').map(firstWord)
    const shift = TAGS[fields[0]!]
    if (shift === undefined) continue // named users, masks, `default:` and everything unknown
    const solaris = shift === 0 && fields.length === 2 // `other:r-x`
    const [qualifier, permissions] = solaris ? ['', fields[1]!] : [fields[1] ?? '', fields[2] ?? '']
    if (qualifier !== '' || /^\d+$/.test(fields[3] ?? '')) continue // of a named user or group
    if (permissions === '' || !/^[rwxRWX-]+$/.test(permissions)) continue
    result = (result & ~(7 << shift)) | (permissionBits(permissions) << shift)
  }
  return result
}

function permissionBits(text: string): number {
  return (/r/i.test(text) ? 4 : 0) | (/w/i.test(text) ? 2 : 0) | (/x/i.test(text) ? 1 : 0)
}

function firstWord(field: string): string {
  return field.trim().split(/[ \t]/)[0]!
}

/**
 * Applies the body of a Solaris ACL header: an octal number (type and count), a NUL, the text, a NUL.
 * What is malformed is passed over.
 */
export function applySolarisAcl(body: Uint8Array, builder: EntryBuilder): void {
  const [number = '', text] = latin1.decode(body).split('\0')
  const type = /^[0-7]*$/.test(number) ? Number.parseInt(number || '0', 8) : Number.NaN
  const kind = type <= 0o77777777 ? type & ~0o777777 : Number.NaN
  if (text === undefined || (kind !== SOLARIS_POSIX && kind !== SOLARIS_NFS4) || body.length <= number.length + 1) {
    builder.warned = true
    return
  }
  const before = builder.permissions ?? 0
  builder.permissions = kind === SOLARIS_POSIX ? applyAccessAcl(text, before) : before
}
