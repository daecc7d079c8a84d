// The headers of content objects: what is hashed in front of a file's bytes, what an archive stores in front of its
// deflated bytes, and what a bare-user repository keeps in an attribute. Facts: spec/objects.md#file

import { OstreeError } from '../errors.ts'
import { decode, encode, str, struct, u32be, u64be, type ValueOf } from '../gvariant/schema.ts'
import { isRegularMode, isSymlinkMode } from './file-mode.ts'
import { canonicalXattrs, NO_XATTRS, XATTRS, type Xattrs } from './xattrs.ts'

const OWNERSHIP = { uid: u32be, gid: u32be, mode: u32be } as const
const REST = { /** Always 0. */ rdev: u32be, symlinkTarget: str, xattrs: XATTRS } as const

/** In front of the bytes that are hashed, and of a content stream in transit. */
export const FILE_HEADER = struct('(uuuusa(ayay))', { ...OWNERSHIP, ...REST })
/** In front of a `.filez` body. */
export const ARCHIVE_FILE_HEADER = struct('(tuuuusa(ayay))', { sizeBytes: u64be, ...OWNERSHIP, ...REST })
/** The value of `user.ostreemeta` on a bare-user object. */
export const BARE_USER_METADATA = struct('(uuua(ayay))', { ...OWNERSHIP, xattrs: XATTRS })
export type BareUserMetadata = ValueOf<typeof BARE_USER_METADATA>

export const BARE_USER_XATTR = 'user.ostreemeta'

/** All of a regular file or symbolic link but its bytes. */
export interface FileInfo {
  readonly uid: number
  readonly gid: number
  /** The whole mode: a regular file or a symbolic link. */
  readonly mode: number
  /** Empty for a regular file. */
  readonly symlinkTarget: string
  readonly xattrs: Xattrs
}

/** The first field of {@link ARCHIVE_FILE_HEADER}. */
const ARCHIVED_SIZE_BYTES = 8

/** Length (32-bit, big-endian) and four bytes of padding stand before every framed header. */
export const FRAME_BYTES = 8

function frame(header: Uint8Array): Uint8Array {
  const framed = new Uint8Array(FRAME_BYTES + header.length)
  new DataView(framed.buffer).setUint32(0, header.length)
  framed.set(header, FRAME_BYTES)
  return framed
}

function fields(info: FileInfo) {
  const { uid, gid, mode } = info
  const symlinkTarget = isSymlinkMode(mode) ? info.symlinkTarget : ''
  return { uid, gid, mode, rdev: 0, symlinkTarget, xattrs: info.xattrs }
}

/** The framed header that starts the hashed bytes of a content object: its attributes are in canonical order. */
export const encodeFileHeader = (info: FileInfo): Uint8Array =>
  frame(encode(FILE_HEADER, fields({ ...info, xattrs: canonicalXattrs(info.xattrs) })))

/** The framed header of a `.filez`; `sizeBytes` is the inflated size. Attributes stay in the order they are given. */
export const encodeArchiveFileHeader = (info: FileInfo, sizeBytes: number): Uint8Array =>
  frame(encode(ARCHIVE_FILE_HEADER, { sizeBytes: BigInt(sizeBytes), ...fields(info) }))

export const encodeBareUserMetadata = (info: Omit<FileInfo, 'symlinkTarget'>): Uint8Array =>
  encode(BARE_USER_METADATA, { uid: info.uid, gid: info.gid, mode: info.mode, xattrs: canonicalXattrs(info.xattrs) })

/**
 * Reads the frame: the length of the header that follows it.
 * @param available - Bytes of the whole stream, frame included.
 * @throws {@link OstreeError} `INVALID_FORMAT`: no header, or one longer than the stream.
 */
export function decodeFrame(data: Uint8Array, available: number): number {
  if (data.length < 4) throw new OstreeError('TRUNCATED', { field: 'file header', offset: data.length })
  const length = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0)
  if (length > available) invalid(`File header size ${length} exceeds size ${available}`)
  if (length === 0) invalid('File header size is zero')
  if (data.length < FRAME_BYTES) throw new OstreeError('TRUNCATED', { field: 'file header', offset: data.length })
  return length
}

export const decodeFileHeader = (data: Uint8Array): FileInfo => checked(decode(FILE_HEADER, data))

export function decodeArchiveFileHeader(data: Uint8Array): FileInfo & { readonly sizeBytes: number } {
  const plain = plainArchiveFileHeader(data)
  if (plain !== undefined) return plain
  const header = decode(ARCHIVE_FILE_HEADER, data)
  if (header.sizeBytes > BigInt(Number.MAX_SAFE_INTEGER)) invalid(`size ${header.sizeBytes} is too large`)
  return { ...checked(header), sizeBytes: Number(header.sizeBytes) }
}

/** What the first bytes of a `.filez` declare as its inflated size, unchecked; 0 where they are too few. */
export function peekArchivedSize(data: Uint8Array): number {
  const end = FRAME_BYTES + ARCHIVED_SIZE_BYTES
  if (data.length < end) return 0
  return Number(decode(u64be, data.subarray(FRAME_BYTES, end)))
}

/** {@link ARCHIVE_FILE_HEADER} of a regular file without attributes: five numbers, an empty text and its framing offset. */
const PLAIN = {
  sizeHigh: 0,
  sizeLow: 4,
  uid: 8,
  gid: 12,
  mode: 16,
  rdev: 20,
  text: 24,
  textEnd: 25,
  bytes: 26,
} as const

/** Nearly all headers are plain, and a listing reads thousands. (measured: bench/reading) */
function plainArchiveFileHeader(data: Uint8Array): (FileInfo & { readonly sizeBytes: number }) | undefined {
  if (data.length !== PLAIN.bytes || data[PLAIN.text] !== 0 || data[PLAIN.textEnd] !== PLAIN.textEnd) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const mode = view.getUint32(PLAIN.mode)
  const sizeBytes = view.getUint32(PLAIN.sizeHigh) * 2 ** 32 + view.getUint32(PLAIN.sizeLow)
  if (view.getUint32(PLAIN.rdev) !== 0 || !isRegularMode(mode) || sizeBytes > Number.MAX_SAFE_INTEGER) return undefined
  const [uid, gid] = [view.getUint32(PLAIN.uid), view.getUint32(PLAIN.gid)]
  return { uid, gid, mode, symlinkTarget: '', xattrs: NO_XATTRS, sizeBytes }
}

export const decodeBareUserMetadata = (data: Uint8Array): BareUserMetadata => decode(BARE_USER_METADATA, data)

function checked(header: ValueOf<typeof FILE_HEADER>): FileInfo {
  const { uid, gid, mode, rdev, symlinkTarget, xattrs } = header
  if (rdev !== 0) invalid(`Corrupted archive file; invalid rdev ${rdev}`)
  if (!isRegularMode(mode) && !isSymlinkMode(mode)) invalid(`Corrupted archive file; invalid mode ${mode}`)
  return { uid, gid, mode, symlinkTarget, xattrs }
}

function invalid(reason: string): never {
  throw new OstreeError('INVALID_FORMAT', { format: '', path: '', reason })
}
