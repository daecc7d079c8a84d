// Random tar archives: sound ones built from random parts, then damaged or not. A seed gives the same archive again.

import { archive, GNU, octal, paxRecord, type RawHeader, rawEntry, USTAR, V7 } from './raw-tar.ts'

export type Random = () => number

/** Numbers in [0, 1): mulberry32. */
export function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const below = (random: Random, limit: number): number => Math.floor(random() * limit)
export const pick = <T>(random: Random, values: readonly T[]): T => values[below(random, values.length)]!

const NAMES = [
  'a',
  'dir/',
  './a/b',
  '/abs',
  '../up',
  'dir/..',
  'é',
  'e\u0301',
  'x'.repeat(100),
  `${'p/'.repeat(60)}n`,
  '',
]
const TYPES = ['0', '0', '0', '\0', '1', '2', '3', '5', '6', '7', 'D', 'S', 'Z']
const KEYS = [
  'path',
  'linkpath',
  'uid',
  'gid',
  'mtime',
  'size',
  'comment',
  'hdrcharset',
  'SCHILY.xattr.user.k',
  'LIBARCHIVE.xattr.user.k',
  'RHT.security.selinux',
  'SCHILY.acl.access',
  'SCHILY.acl.default',
  'VENDOR.key',
  'LIBARCHIVE.symlinktype',
  'uname',
]
const SPARSE_KEYS = [
  'SCHILY.realsize',
  'GNU.sparse.major',
  'GNU.sparse.minor',
  'GNU.sparse.size',
  'GNU.sparse.realsize',
  'GNU.sparse.map',
  'GNU.sparse.offset',
  'GNU.sparse.numbytes',
  'GNU.sparse.name',
  'SUN.holesdata',
]
const VALUES = [
  '',
  '0',
  '1',
  '5',
  '-3',
  '12.5',
  '77777777777777777777',
  'text',
  'a/b',
  'o\u0308/x',
  'BINARY',
  'dmFsdWU=',
  'user::rw-,group::r--,other::r--',
  '0,3',
  '0,1,4,2',
  ' 0 3 6',
]

export function randomArchive(random: Random, sparse = false): Uint8Array {
  const parts: Uint8Array[] = []
  for (let count = 1 + below(random, 3); count > 0; count--) parts.push(...randomEntry(random, sparse))
  const bytes = random() < 0.8 ? archive(...parts) : new Uint8Array(Buffer.concat(parts))
  return random() < 0.5 ? bytes : damage(random, bytes)
}

function randomEntry(random: Random, sparse: boolean): Uint8Array[] {
  const parts: Uint8Array[] = []
  const magic = pick(random, [USTAR, USTAR, GNU, V7])
  if (random() < 0.15) parts.push(rawEntry({ type: 'L', magic: GNU }, `${pick(random, NAMES)}\0`))
  if (random() < 0.15) parts.push(rawEntry({ type: 'K', magic: GNU }, `${pick(random, NAMES)}\0`))
  if (random() < 0.5) parts.push(randomPax(random, sparse ? [...KEYS, ...SPARSE_KEYS] : KEYS))
  if (random() < 0.05) parts.push(rawEntry({ type: pick(random, ['V', 'g', 'A', 'X']) }, '10 abc=de\n'))
  const data = 'data!'.repeat(below(random, 4) * below(random, 60))
  parts.push(rawEntry(randomHeader(random, magic), data))
  return parts
}

function randomPax(random: Random, keys: readonly string[]): Uint8Array {
  const records: Uint8Array[] = []
  for (let count = 1 + below(random, 5); count > 0; count--) {
    records.push(paxRecord(pick(random, keys), pick(random, VALUES)))
  }
  if (random() < 0.1) records.push(Buffer.from(pick(random, ['9 x=1\n', 'junk', '5 a\n', '30 path=x\n'])))
  return rawEntry({ type: 'x' }, Buffer.concat(records))
}

function randomHeader(random: Random, magic: string): RawHeader {
  return {
    magic,
    name: pick(random, NAMES),
    type: pick(random, TYPES),
    linkname: pick(random, NAMES),
    mode: pick(random, [octal(0o644, 8), octal(0o755, 8), octal(0o100644, 8), octal(0o40755, 8), octal(0o120777, 8)]),
    uid: pick(random, [octal(0, 8), octal(1000, 8), '77777777', '        ', Uint8Array.of(0x80, 0, 0, 0, 1, 2, 3, 4)]),
    ...(magic === USTAR && random() < 0.2 ? { prefix: 'pre/fix' } : {}),
    ...(random() < 0.05 ? { size: pick(random, [octal(7, 12), octal(2000, 12), '77777777777']) } : {}),
  }
}

/** Flips bytes (mending checksums most of the time), cuts the end off, or repeats a block. */
function damage(random: Random, bytes: Uint8Array): Uint8Array {
  const action = random()
  if (action < 0.25) return bytes.slice(0, below(random, bytes.length))
  const out = bytes.slice()
  if (action < 0.35) {
    const block = 512 * below(random, Math.floor(out.length / 512))
    out.copyWithin(512 * below(random, Math.floor(out.length / 512)), block, block + 512)
    return out
  }
  const at = below(random, out.length)
  out[at] = below(random, 256)
  if (random() < 0.7) mendChecksum(out.subarray(at - (at % 512), at - (at % 512) + 512))
  return out
}

function mendChecksum(block: Uint8Array): void {
  block.fill(0x20, 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148)
}
