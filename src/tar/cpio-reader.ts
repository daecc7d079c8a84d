// Reads cpio archives as a stream: the new ASCII format with and without CRC (`newc`, `crc`), the POSIX one (`odc`) and
// the old binary one in both byte orders. Facts: cpio(5); lenience as in libarchive, which also searches for the next
// header where there is none. Names of the same inode become hard links of the first.

import { BufferedSource, type ByteStream } from '../compression/buffered-source.ts'
import { type ArchiveEntry, invalidArchive, kindOfMode, TYPE_BITS, TYPE_MASK } from './entry.ts'
import { EntryBody } from './entry-body.ts'
import { decodeName } from './names.ts'
import { digits } from './numbers.ts'
import { untilNul } from './tar-header.ts'

const MAX_NAME_BYTES = 1024 * 1024
const TRAILER = 'TRAILER!!!'
const TRUNCATED = 'Truncated cpio archive'

interface CpioHeader {
  /** Device and inode: the same for all names of a file. */
  readonly inode: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly links: number
  readonly mtime: number
  readonly deviceMajor: number
  readonly deviceMinor: number
  /** With the closing NUL. */
  readonly nameBytes: number
  readonly sizeBytes: number
}

interface CpioFormat {
  readonly headerBytes: number
  /** Names and data are padded to a multiple of this, the name together with its header. */
  readonly alignment: number
  /** What the last digit of its magic number may be; empty for binary ones, which cannot be found again in garbage. */
  readonly lastDigits: string
  matches(bytes: Uint8Array): boolean
  parse(bytes: Uint8Array): CpioHeader
}

const text = (bytes: Uint8Array, length: number): string => String.fromCharCode(...bytes.subarray(0, length))

const NEWC: CpioFormat = {
  headerBytes: 110,
  alignment: 4,
  lastDigits: '12',
  matches: (bytes) => /^07070[12][0-9a-fA-F]{104}$/.test(text(bytes, 110)),
  parse: (bytes) => {
    const field = (index: number): number => digits(bytes, 6 + 8 * index, 8, 16)
    return {
      inode: `${field(7)}:${field(8)}:${field(0)}`,
      mode: field(1),
      uid: field(2),
      gid: field(3),
      links: field(4),
      mtime: field(5),
      sizeBytes: field(6),
      deviceMajor: field(9),
      deviceMinor: field(10),
      nameBytes: field(11),
    }
  },
}

const ODC: CpioFormat = {
  headerBytes: 76,
  alignment: 1,
  lastDigits: '7',
  matches: (bytes) => /^070707[0-7]{70}$/.test(text(bytes, 76)),
  parse: (bytes) => {
    const field = (index: number): number => digits(bytes, 6 * index, 6, 8)
    return {
      inode: `${field(1)}:${field(2)}`,
      mode: field(3),
      uid: field(4),
      gid: field(5),
      links: field(6),
      ...splitDevice(field(7)),
      mtime: digits(bytes, 48, 11, 8),
      nameBytes: digits(bytes, 59, 6, 8),
      sizeBytes: digits(bytes, 65, 11, 8),
    }
  },
}

function binary(littleEndian: boolean): CpioFormat {
  return {
    headerBytes: 26,
    alignment: 2,
    lastDigits: '',
    matches: (bytes) => bytes.length >= 2 && view(bytes).getUint16(0, littleEndian) === 0o070707,
    parse: (bytes) => {
      const field = (index: number): number => view(bytes).getUint16(2 * index, littleEndian)
      const long = (index: number): number => field(index) * 65536 + field(index + 1)
      return {
        inode: `${field(1)}:${field(2)}`,
        mode: field(3),
        uid: field(4),
        gid: field(5),
        links: field(6),
        ...splitDevice(field(7)),
        mtime: long(8),
        nameBytes: field(10),
        sizeBytes: long(11),
      }
    },
  }
}

const FORMATS: readonly CpioFormat[] = [NEWC, ODC, binary(false), binary(true)]

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** `makedev` of Linux for numbers of 16 bits. */
function splitDevice(device: number): { deviceMajor: number; deviceMinor: number } {
  return { deviceMajor: (device >> 8) & 0xfff, deviceMinor: device & 0xff }
}

/** The format of a stream that starts with `bytes`: as by libarchive, its magic number is enough. */
export function detectCpio(bytes: Uint8Array): CpioFormat | undefined {
  const magic = text(bytes, 6)
  if (magic === '070701' || magic === '070702') return NEWC
  if (magic === '070707') return ODC
  return FORMATS.find((format) => format.lastDigits === '' && format.matches(bytes))
}

/**
 * The entries of an uncompressed cpio stream up to its trailer. An entry's content may be left unread.
 * @throws {@link OstreeError} `INVALID_ARCHIVE`
 */
export async function* readCpio(source: ByteStream): AsyncGenerator<ArchiveEntry, void, undefined> {
  const input = source instanceof BufferedSource ? source : new BufferedSource(source)
  const firstNames = new Map<string, { name: string; left: number }>()
  try {
    const format = detectCpio(await input.peek(6))
    if (format === undefined) throw invalidArchive('Unrecognized archive format')
    for (;;) {
      const header = await readHeader(input, format)
      const next = await readEntry(input, format, header, firstNames)
      if (next === undefined) return
      yield next.entry
      await next.body.skip()
    }
  } finally {
    await input.close()
  }
}

async function readHeader(input: BufferedSource, format: CpioFormat): Promise<CpioHeader> {
  for (;;) {
    const bytes = await input.peek(format.headerBytes)
    if (bytes.length < format.headerBytes) throw invalidArchive(TRUNCATED)
    const at = format.lastDigits === '' ? 0 : findHeader(bytes, format)
    const header = at + format.headerBytes <= bytes.length ? format.parse(bytes.subarray(at)) : undefined
    input.consume(header === undefined ? at : at + format.headerBytes)
    if (header !== undefined) return header
  }
}

/**
 * Where the next header starts; where one might start that is not all there, if none does. Steps as libarchive's search
 * does, which may miss a header close behind garbage: what it cannot read is not read here either.
 */
function findHeader(bytes: Uint8Array, format: CpioFormat): number {
  let at = 0
  while (at + format.headerBytes <= bytes.length && !format.matches(bytes.subarray(at))) {
    const sixth = String.fromCharCode(bytes[at + 5]!)
    at += sixth === '0' ? 1 : format.lastDigits.includes(sixth) ? 2 : 6
  }
  return at
}

async function readEntry(
  input: BufferedSource,
  format: CpioFormat,
  header: CpioHeader,
  firstNames: Map<string, { name: string; left: number }>,
): Promise<{ entry: ArchiveEntry; body: EntryBody } | undefined> {
  if (header.nameBytes > MAX_NAME_BYTES) {
    throw invalidArchive('Rejecting malformed cpio archive: pathname exceeds 1 megabyte')
  }
  const nameBytes = await readBytes(input, header.nameBytes, padding(format, format.headerBytes + header.nameBytes))
  const path = decodeName(untilNul(nameBytes), 'pathname')
  const isSymlink = (header.mode & TYPE_MASK) === TYPE_BITS.symlink
  if (isSymlink && header.sizeBytes > MAX_NAME_BYTES) {
    throw invalidArchive('Rejecting malformed cpio archive: symlink contents exceed 1 megabyte')
  }
  const target = isSymlink ? await readBytes(input, header.sizeBytes, 0) : undefined
  if (path === TRAILER && header.nameBytes === TRAILER.length + 1) return undefined
  const storedBytes = isSymlink ? 0 : header.sizeBytes
  const body = new EntryBody(input, {
    storedBytes,
    paddingBytes: padding(format, header.sizeBytes),
    sizeBytes: storedBytes,
    map: [{ offset: 0n, length: BigInt(storedBytes), isHole: false }],
    truncatedReason: TRUNCATED,
  })
  const hardlink = linkTo(header, path, firstNames)
  const entry: ArchiveEntry = {
    path,
    kind: kindOfMode(header.mode),
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    sizeBytes: header.sizeBytes,
    mtime: header.mtime,
    hardlink,
    // libarchive keeps one link name for both, and that of the hard link comes last.
    symlink: target === undefined ? undefined : (hardlink ?? decodeName(untilNul(target), 'symlink target')),
    deviceMajor: header.deviceMajor,
    deviceMinor: header.deviceMinor,
    xattrs: [],
    offset: body.offset,
    content: body.read(),
  }
  return { entry, body }
}

/** The first name of the same inode, as long as more of its links are due. */
function linkTo(
  header: CpioHeader,
  path: string,
  firstNames: Map<string, { name: string; left: number }>,
): string | undefined {
  if (header.links <= 1) return undefined
  const first = firstNames.get(header.inode)
  if (first === undefined) {
    firstNames.set(header.inode, { name: path, left: header.links - 1 })
    return undefined
  }
  first.left--
  if (first.left <= 0) firstNames.delete(header.inode)
  return first.name
}

function padding({ alignment }: CpioFormat, bytes: number): number {
  return (alignment - (bytes % alignment)) % alignment
}

async function readBytes(input: BufferedSource, count: number, paddingBytes: number): Promise<Uint8Array> {
  const bytes = (await input.peek(count)).slice(0, count)
  if (bytes.length < count) throw invalidArchive(TRUNCATED)
  await input.skip(count + paddingBytes)
  return bytes
}
