// Reads tar archives as a stream: v7, POSIX ustar, GNU (long names, base 256, sparse files), pax, Solaris. What is
// accepted, how fields of several headers are reconciled and what errors say follow libarchive 3.8.

import { BufferedSource, type ByteStream } from '../compression/buffered-source.ts'
import { applySolarisAcl } from './acl.ts'
import { type ArchiveEntry, invalidArchive, kindOfMode, TYPE_BITS, TYPE_MASK } from './entry.ts'
import { EntryBody } from './entry-body.ts'
import { EntryBuilder, type RawName, type SparseState } from './entry-builder.ts'
import { compose, decodeName, type NameForm } from './names.ts'
import { readPaxExtension, readPaxGlobal, skipExactly } from './pax.ts'
import { addBlock, checkMap, readLeadingMap } from './sparse.ts'
import { BLOCK_BYTES, paddingAfter, sparseExtension, TarHeader, untilNul } from './tar-header.ts'

const MAX_ENTRY_BYTES = 1n << 60n
const MAX_SPECIAL_BYTES = 1024 * 1024

export interface ReadTarOptions {
  /** Default `compose`, which is what the reference does in a UTF-8 locale. */
  readonly names?: NameForm | undefined
}

/**
 * The entries of an uncompressed tar stream, in order. An entry's content may be left unread.
 * @throws {@link OstreeError} `INVALID_ARCHIVE` with libarchive's words.
 */
export async function* readTar(
  source: ByteStream,
  options: ReadTarOptions = {},
): AsyncGenerator<ArchiveEntry, void, undefined> {
  const input = source instanceof BufferedSource ? source : new BufferedSource(source)
  const reader = new TarReader(input, options.names ?? 'compose')
  try {
    for (;;) {
      const next = await reader.next()
      if (next === undefined) return
      yield next.entry
      await next.body.skip()
    }
  } finally {
    await input.close()
  }
}

type Special = (header: TarHeader, builder: EntryBuilder) => Promise<void>

/** Where the data of an entry lies and what size it has once unpacked. */
interface Sizes {
  storedBytes: number
  sizeBytes: number
}

class TarReader {
  readonly #input: BufferedSource
  readonly #names: NameForm
  /** The family of the last header: it decides whether hard links have data. */
  #family: 'pax' | 'ustar' | 'old' = 'old'
  readonly #sparse: SparseState = { major: 0, minor: 0, offset: 0n, length: 0n }

  constructor(input: BufferedSource, names: NameForm) {
    this.#input = input
    this.#names = names
  }

  async next(): Promise<{ entry: ArchiveEntry; body: EntryBody } | undefined> {
    const builder = new EntryBuilder(this.#sparse)
    const seen = new Set<string>()
    for (;;) {
      // Volume labels and global headers alone do not promise an entry.
      const header = await this.#readHeader([...seen].some((type) => type !== 'V' && type !== 'g'))
      if (header === undefined) return undefined
      const special = this.#special[header.type]
      if (special === undefined) return this.#finish(header, builder)
      refuseRepetition(header.type, seen)
      this.#family = 'AgXx'.includes(header.type) ? 'pax' : 'old'
      await special(header, builder)
    }
  }

  /** `undefined` at the end of the archive, be it a null block or the end of the stream. */
  async #readHeader(entryIsDue: boolean): Promise<TarHeader | undefined> {
    const bytes = await this.#input.peek(BLOCK_BYTES)
    if (bytes.length === 0 && entryIsDue) {
      throw invalidArchive('Damaged tar archive (end-of-archive within a sequence of headers)')
    }
    if (bytes.length === 0) return undefined
    if (bytes.length < BLOCK_BYTES) {
      throw invalidArchive('Truncated tar archive detected while reading next header')
    }
    const header = new TarHeader(bytes.slice(0, BLOCK_BYTES))
    this.#input.consume(BLOCK_BYTES)
    if (header.isNull) return undefined
    if (!header.checksumMatches) throw invalidArchive('Damaged tar archive (bad header checksum)')
    return header
  }

  /** Headers that only say something about the entry after them. */
  readonly #special: Readonly<Record<string, Special>> = {
    A: async (header, builder) =>
      applySolarisAcl((await this.#readSpecial(header, builder)) ?? new Uint8Array(0), builder),
    K: async (header, builder) => {
      const bytes = await this.#readSpecial(header, builder)
      if (bytes !== undefined) builder.setLink({ bytes: untilNul(bytes), isPax: false })
    },
    L: async (header, builder) => {
      const bytes = await this.#readSpecial(header, builder)
      if (bytes !== undefined) builder.path = { bytes: untilNul(bytes), isPax: false }
    },
    V: async (header) => {
      const sizeBytes = header.number('size')
      if (sizeBytes < 0n || sizeBytes > BigInt(MAX_SPECIAL_BYTES)) {
        throw invalidArchive(`Special header has invalid size: ${sizeBytes}`)
      }
      await skipExactly(this.#input, padded(Number(sizeBytes)))
    },
    g: async (header, builder) => {
      const sizeBytes = specialSize(header, 'Special header')
      if (sizeBytes === 0) throw invalidArchive('Invalid empty pax global extended header')
      await readPaxGlobal(this.#input, sizeBytes, builder)
    },
    x: (header, builder) => this.#readPax(header, builder),
    X: (header, builder) => this.#readPax(header, builder),
  }

  async #readPax(header: TarHeader, builder: EntryBuilder): Promise<void> {
    const sizeBytes = specialSize(header, 'pax extension header')
    if (sizeBytes === 0) throw invalidArchive('Invalid empty pax extended header')
    await readPaxExtension(this.#input, sizeBytes, builder)
  }

  /** The body of a special header; `undefined` for one that is too long to be taken seriously. */
  async #readSpecial(header: TarHeader, builder: EntryBuilder): Promise<Uint8Array | undefined> {
    const sizeBytes = specialSize(header, 'Special header')
    if (sizeBytes > MAX_SPECIAL_BYTES) {
      builder.warned = true
      await skipExactly(this.#input, padded(sizeBytes))
      return undefined
    }
    const bytes = await this.#input.peek(sizeBytes)
    if (bytes.length < sizeBytes) throw truncatedSpecial(paddingAfter(sizeBytes), bytes.length)
    const body = bytes.slice(0, sizeBytes)
    await skipExactly(this.#input, padded(sizeBytes))
    return body
  }

  async #finish(header: TarHeader, builder: EntryBuilder): Promise<{ entry: ArchiveEntry; body: EntryBody }> {
    const format = header.format
    if (format !== 'ustar') this.#family = 'old'
    else if (this.#family !== 'pax') this.#family = 'ustar'
    if (isEmpty(builder.path)) builder.path = { bytes: headerName(header), isPax: false }
    if (format === 'gnu') await this.#readGnuFields(header, builder)
    const sizes = reconcileSizes(header, builder)
    let mode = entryMode(header, builder, sizes) >>> 0
    if (header.type === '1') this.#settleHardlinkSize(header, sizes)
    const mapBytes = await this.#readSparseMap(header, builder, sizes)
    checkMap(builder.map, sizes.sizeBytes)
    const path = this.#decode(builder.path, 'pathname')
    if (this.#names === 'keep' && hasForeignPaxName(builder)) builder.warned = true
    if (path.endsWith('/') && (mode & TYPE_MASK) === TYPE_BITS.file && !builder.warned) {
      mode = ((mode & ~TYPE_MASK) | TYPE_BITS.directory) >>> 0 // an old way to write directories; they have no data
      Object.assign(sizes, { storedBytes: mapBytes })
    }
    const body = this.#body(builder, sizes, mapBytes)
    return { entry: this.#entry(header, builder, { path, mode, sizes, body }), body }
  }

  #body(builder: EntryBuilder, sizes: Sizes, mapBytes: number): EntryBody {
    const storedBytes = sizes.storedBytes - mapBytes
    if (builder.map.length === 0) addBlock(builder.map, 0n, BigInt(storedBytes))
    return new EntryBody(this.#input, {
      storedBytes,
      paddingBytes: paddingAfter(sizes.storedBytes),
      sizeBytes: sizes.sizeBytes,
      map: builder.map,
      truncatedReason: 'Truncated tar archive detected while reading data',
    })
  }

  #entry(
    header: TarHeader,
    builder: EntryBuilder,
    known: { path: string; mode: number; sizes: Sizes; body: EntryBody },
  ): ArchiveEntry {
    const { path, mode, sizes, body } = known
    const link = builder.link
    const isDevice = header.type === '3' || header.type === '4'
    const isSymlink = builder.linkKind === 'symlink'
    return {
      path,
      kind: kindOfMode(mode),
      mode,
      uid: asId(builder.uid ?? header.number('uid')),
      gid: asId(builder.gid ?? header.number('gid')),
      sizeBytes: sizes.sizeBytes,
      mtime: Number(builder.mtime ?? header.number('mtime')),
      hardlink:
        builder.linkKind === 'hardlink' && link !== undefined ? this.#decode(link, 'hardlink target') : undefined,
      symlink: isSymlink && link !== undefined ? this.#decode(link, 'symlink target') : undefined,
      deviceMajor: isDevice ? Number(builder.deviceMajor ?? header.number('deviceMajor')) : 0,
      deviceMinor: isDevice ? Number(builder.deviceMinor ?? header.number('deviceMinor')) : 0,
      xattrs: builder.xattrs,
      offset: body.offset,
      content: body.read(),
    }
  }

  #decode(name: RawName | undefined, what: string): string {
    const text = decodeName(name?.bytes ?? new Uint8Array(0), what)
    return name?.isPax === true && this.#names === 'compose' ? compose(text) : text
  }

  /** The old GNU header has no prefix, but may begin a sparse map. */
  async #readGnuFields(header: TarHeader, builder: EntryBuilder): Promise<void> {
    if (header.bytes('realsize')[0] !== 0) builder.gnuRealSize = header.number('realsize')
    const pairs = header.sparsePairs
    if (pairs.length === 0) return
    for (const { offset, length } of pairs) addBlock(builder.map, offset, length)
    for (let more = header.sparseIsExtended; more; ) {
      const bytes = await this.#input.peek(BLOCK_BYTES)
      if (bytes.length < BLOCK_BYTES) {
        throw invalidArchive('Truncated tar archive detected while reading sparse file data')
      }
      const extension = sparseExtension(bytes)
      for (const { offset, length } of extension.pairs) addBlock(builder.map, offset, length)
      this.#input.consume(BLOCK_BYTES)
      more = extension.more
    }
  }

  /** A map that precedes the data (GNU 1.0). Answers its length. */
  async #readSparseMap(header: TarHeader, builder: EntryBuilder, sizes: Sizes): Promise<number> {
    if (!builder.isSparse) return 0
    const { major, minor } = builder.sparse
    if (header.type !== 'S' && header.type !== '0') builder.warned = true
    else if (major === 1 && minor === 0) return readLeadingMap(this.#input, sizes.storedBytes, builder.map)
    else if (major !== 0 || minor > 1) builder.warned = true
    return 0
  }

  /** pax lets hard links have data. Other formats may state a size without having any. */
  #settleHardlinkSize(header: TarHeader, sizes: Sizes): void {
    const hasData = this.#family === 'pax' || (this.#family === 'ustar' && !header.isExactFormat)
    if (!hasData && sizes.sizeBytes > 0) Object.assign(sizes, { storedBytes: 0, sizeBytes: 0 })
  }
}

function refuseRepetition(type: string, seen: Set<string>): void {
  const group = type === 'X' ? 'x' : type
  if (seen.has(group) && 'Agx'.includes(group)) {
    throw invalidArchive(type === 'X' ? "Redundant 'X'/'x' header" : `Redundant '${type}' header`)
  }
  seen.add(group)
}

function specialSize(header: TarHeader, what: string): number {
  const size = header.number('size')
  if (size < 0n || size >= MAX_ENTRY_BYTES) throw invalidArchive(`${what} has invalid size: ${size}`)
  return Number(size)
}

/** libarchive still skips the padding before it gives up. */
function truncatedSpecial(paddingBytes: number, leftBytes: number): Error {
  if (leftBytes >= paddingBytes) return invalidArchive('Truncated archive detected while reading metadata')
  return invalidArchive(`Truncated input file (needed ${paddingBytes} bytes, only ${leftBytes} available)`)
}

function padded(count: number): number {
  return count + paddingAfter(count)
}

/** A name that cannot be converted to the C locale: libarchive keeps it, with a warning. */
function hasForeignPaxName({ path, link }: EntryBuilder): boolean {
  return [path, link].some((name) => name?.isPax === true && name.bytes.some((byte) => byte >= 0x80))
}

function isEmpty(name: RawName | undefined): boolean {
  return name === undefined || name.bytes.length === 0
}

/** POSIX headers keep the first part of long names elsewhere. */
function headerName(header: TarHeader): Uint8Array {
  const name = header.text('name')
  const prefix = header.format === 'ustar' ? header.text('prefix') : new Uint8Array(0)
  if (prefix.length === 0) return name
  const slash = prefix.at(-1) === 0x2f ? [] : [0x2f]
  return Uint8Array.from([...prefix, ...slash, ...name])
}

function reconcileSizes(header: TarHeader, builder: EntryBuilder): Sizes {
  const { gnuRealSize, gnuSize, starRealSize, paxSize, sparse } = builder
  const size = header.number('size')
  const mapInHeader = sparse.major === 0 ? gnuSize : undefined
  const mapInData = sparse.major === 1 ? gnuSize : undefined
  const onDisk = gnuRealSize ?? mapInHeader ?? starRealSize ?? paxSize ?? size
  if (onDisk < 0n) throw invalidArchive('Tar entry has negative file size')
  const stored = mapInData ?? paxSize ?? size
  if (stored < 0n) throw invalidArchive('Tar entry has negative size')
  return { storedBytes: exact(stored), sizeBytes: exact(onDisk) }
}

/** libarchive goes up to an exbibyte; no archive can hold what a double cannot count. */
function exact(size: bigint): number {
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidArchive('Tar entry size overflow')
  return Number(size)
}

/** Types that have no data, whatever their size says. */
const WITHOUT_DATA: Readonly<Record<string, number>> = {
  '2': TYPE_BITS.symlink,
  '3': TYPE_BITS.character,
  '4': TYPE_BITS.block,
  '5': TYPE_BITS.directory,
  '6': TYPE_BITS.fifo,
}

/** Settles what kind of entry this is; drops sizes that mean nothing, and takes the header's link name. */
function entryMode(header: TarHeader, builder: EntryBuilder, sizes: Sizes): number {
  const headerMode = Number(BigInt.asUintN(32, header.number('mode')))
  const permissions = (builder.permissions ?? headerMode) & ~TYPE_MASK
  const type = header.type
  if (type === '1' || type === '2') {
    builder.linkKind = type === '1' ? 'hardlink' : 'symlink'
    if (isEmpty(builder.link)) builder.link = { bytes: header.text('linkname'), isPax: false }
  }
  const bits = WITHOUT_DATA[type]
  if (bits !== undefined) {
    Object.assign(sizes, { storedBytes: 0, sizeBytes: 0 })
    return permissions | bits
  }
  // A hard link's type is that of its target, which the archive does not repeat; data make it a file.
  const keepsHeaderType = type === 'M' || (type === '1' && sizes.sizeBytes === 0)
  if (keepsHeaderType) return permissions | (headerMode & TYPE_MASK)
  return permissions | (type === 'D' ? TYPE_BITS.directory : TYPE_BITS.file)
}

/** Ids are 32 bits wide on the way into a `struct stat`. */
function asId(value: bigint): number {
  return value < 0n ? 0 : Number(BigInt.asUintN(32, value))
}
