// Writes GNU tar as libarchive does: the old GNU header, long names in entries of their own before it, numbers that do
// not fit in base 256. Owners have numbers only, there are no extended attributes, and two null blocks end it.

import { BLOCK_BYTES, paddingAfter } from './tar-header.ts'

/** What a stream on a pipe or terminal is padded to: 20 blocks. */
export const RECORD_BYTES = 20 * BLOCK_BYTES

export type TarMemberKind = 'file' | 'directory' | 'symlink' | 'hardlink'

export interface TarMember {
  readonly kind: TarMemberKind
  /** A directory's gets a slash at its end. */
  readonly path: string
  /** The permissions count. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Seconds since the epoch. */
  readonly mtime: bigint
  /** Of a symbolic or hard link; empty otherwise. */
  readonly linkPath: string
  /** 0 for all but files. */
  readonly sizeBytes: number
}

const TYPES: { readonly [K in TarMemberKind]: string } = { file: '0', directory: '5', symlink: '2', hardlink: '1' }

/** Offset, and the number of digits; a field has room for a terminator behind them. */
const FIELDS = {
  mode: [100, 7],
  uid: [108, 7],
  gid: [116, 7],
  size: [124, 11],
  mtime: [136, 11],
  checksum: [148, 6],
} as const
const TEXTS = { name: [0, 100], link: [157, 100], magic: [257, 8], owner: [265, 32], group: [297, 32] } as const
const TYPE_OFFSET = 156
const encoder = new TextEncoder()
const NULLS = new Uint8Array(BLOCK_BYTES)
const MAGIC = encoder.encode('ustar  \0')

/** The blocks that introduce a member: its header, after those of names that are too long for it. */
export function encodeTarHeader(member: TarMember): Uint8Array {
  const path = encoder.encode(member.kind === 'directory' ? withSlash(member.path) : member.path)
  const link = encoder.encode(member.linkPath)
  const parts: Uint8Array[] = []
  if (link.length > TEXTS.link[1]) parts.push(longName('K', '././@LongLink', link, link))
  if (path.length > TEXTS.name[1]) parts.push(longName('L', '././@LongName', path, link))
  const block = startBlock(TYPES[member.kind], path, link)
  putNumber(block, 'mode', member.mode & 0o7777)
  putNumber(block, 'uid', member.uid)
  putNumber(block, 'gid', member.gid)
  putNumber(block, 'size', member.sizeBytes)
  putOctal(block, 'mtime', Number(member.mtime))
  parts.push(finishBlock(block))
  return concatenate(parts)
}

/** The nulls after a member's data. */
export function tarPadding(sizeBytes: number): Uint8Array {
  return NULLS.subarray(0, paddingAfter(sizeBytes))
}

/**
 * What ends an archive.
 * @param writtenBytes - Length of everything before it.
 * @param recordBytes - The whole becomes a multiple of this.
 */
export function tarEnd(writtenBytes: number, recordBytes: number = BLOCK_BYTES): Uint8Array {
  const total = Math.ceil((writtenBytes + 2 * BLOCK_BYTES) / recordBytes) * recordBytes
  return new Uint8Array(total - writtenBytes)
}

function withSlash(path: string): string {
  return path === '' || path.endsWith('/') ? path : `${path}/`
}

/** An entry whose data is a name, with a NUL behind it. */
function longName(type: 'K' | 'L', title: string, name: Uint8Array, link: Uint8Array): Uint8Array {
  const block = startBlock(type, encoder.encode(title), link)
  block.set(encoder.encode('root'), TEXTS.owner[0])
  block.set(encoder.encode('wheel'), TEXTS.group[0])
  for (const field of ['mode', 'uid', 'gid', 'mtime'] as const) putOctal(block, field, 0)
  putNumber(block, 'size', name.length + 1)
  return concatenate([finishBlock(block), name, new Uint8Array(1 + paddingAfter(name.length + 1))])
}

function startBlock(type: string, path: Uint8Array, link: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES)
  block.set(path.subarray(0, TEXTS.name[1]), TEXTS.name[0])
  block.set(link.subarray(0, TEXTS.link[1]), TEXTS.link[0])
  block.set(MAGIC, TEXTS.magic[0])
  block[TYPE_OFFSET] = type.charCodeAt(0)
  return block
}

/** The checksum counts its own field as eight blanks; one of them stays behind its NUL. */
function finishBlock(block: Uint8Array): Uint8Array {
  const [offset, digits] = FIELDS.checksum
  block.fill(0x20, offset, offset + digits + 2)
  let sum = 0
  for (let i = 0; i < BLOCK_BYTES; i++) sum += block[i]!
  putOctal(block, 'checksum', sum)
  block[offset + digits] = 0
  return block
}

/** Octal where it fits, base 256 over the whole field otherwise. */
function putNumber(block: Uint8Array, field: 'mode' | 'uid' | 'gid' | 'size', value: number): void {
  const [offset, digits] = FIELDS[field]
  if (value < 8 ** digits) {
    putOctal(block, field, value)
    return
  }
  for (let i = offset + digits, rest = value; i >= offset; i--, rest = Math.floor(rest / 256)) block[i] = rest % 256
  block[offset]! |= 0x80
}

/** Sevens where it does not fit, zeros for less than nothing. */
function putOctal(block: Uint8Array, field: keyof typeof FIELDS, value: number): void {
  const [offset, digits] = FIELDS[field]
  let rest = Math.min(Math.max(value, 0), 8 ** digits - 1)
  for (let i = offset + digits - 1; i >= offset; i--, rest = Math.floor(rest / 8)) block[i] = 0x30 + (rest % 8)
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
