// Sound archives of random trees, for imports and exports: odd names and owners, links of both kinds, attributes, files
// that are the same, missing parents, entries that replace others.

import { below, pick, type Random } from '../tar/fuzz.ts'
import { archive, GNU, octal, pax, type RawHeader, rawEntry, USTAR } from '../tar/raw-tar.ts'

const NAMES = ['a', 'b', 'file', 'ü', 'e\u0301', '中文', 'with space', 'new\nline', '-dash', '.hidden', '%', 'z']
const LONG_NAMES = ['l'.repeat(98), 'm'.repeat(99), 'n'.repeat(100), 'o'.repeat(101), 'p'.repeat(255), 'é'.repeat(60)]
const IDS = [0, 1, 1000, 65534, 2097151, 2097152, 4294967295]
const MODES = [0o644, 0o600, 0o755, 0o4755, 0o2711, 0o1777, 0o7777, 0]
const CONTENTS = ['', 'x', 'same', 'same', 'line\n'.repeat(100), 'b'.repeat(512), 'b'.repeat(511), 'c'.repeat(10_240)]
const XATTRS: readonly (readonly [string, string])[] = [
  ['SCHILY.xattr.user.z', 'last'],
  ['SCHILY.xattr.user.a', ''],
  ['SCHILY.xattr.security.selinux', 'system_u:object_r:usr_t:s0\0'],
  ['LIBARCHIVE.xattr.user.b%20c', 'dmFsdWU='],
]

export interface RandomTreeOptions {
  /** Leave directories out, so that they have to be made up. */
  readonly missingParents?: boolean
  readonly xattrs?: boolean
  readonly linkChains?: boolean
}

export function randomTreeTar(random: Random, options: RandomTreeOptions = {}): Uint8Array {
  const parts: Uint8Array[] = []
  const directories = ['./']
  const files: string[] = []
  /** What hard links may lead to: links of links depend on an order that has a test of its own. */
  const linkable: string[] = []
  const add = (header: RawHeader, path: string, data = ''): void => {
    parts.push(...entry(random, options, header, path, data))
  }
  if (options.missingParents !== true) add({ type: '5' }, './')
  for (let count = 3 + below(random, 25); count > 0; count--) {
    const parent = pick(random, directories)
    const path = parent + pick(random, random() < 0.2 ? LONG_NAMES : NAMES)
    const taken = directories.includes(`${path}/`) || (files.includes(path) && random() < 0.8)
    if (taken) continue
    const kind = random()
    if (kind < 0.3 && !files.includes(path)) {
      directories.push(`${path}/`)
      if (options.missingParents !== true || random() < 0.5) add({ type: '5' }, `${path}/`)
    } else if (kind < 0.7) {
      files.push(path)
      linkable.push(path)
      add({ type: '0' }, path, pick(random, CONTENTS))
    } else if (kind < 0.85) {
      files.push(path)
      add({ type: '2', linkname: pick(random, [...NAMES, ...LONG_NAMES, `../${'t/'.repeat(80)}x`]) }, path)
    } else if (linkable.length > 0 && !files.includes(path)) {
      add({ type: '1', linkname: pick(random, options.linkChains === true ? files : linkable) }, path)
      files.push(path)
    }
  }
  return archive(...parts)
}

function entry(
  random: Random,
  options: RandomTreeOptions,
  header: RawHeader,
  path: string,
  data: string,
): Uint8Array[] {
  const parts: Uint8Array[] = []
  const link = typeof header.linkname === 'string' ? header.linkname : ''
  const long = Buffer.byteLength(path) > 100 || Buffer.byteLength(link) > 100
  const xattrs = options.xattrs === true && header.type !== '1' && random() < 0.4 ? sample(random, XATTRS) : []
  const inPax = random() < 0.5
  const records: (readonly [string, string])[] = [...xattrs]
  if (long && inPax) records.push(['path', path], ['linkpath', link])
  if (records.length > 0) parts.push(pax(link === '' ? records.filter(([key]) => key !== 'linkpath') : records))
  if (long && !inPax) {
    parts.push(rawEntry({ type: 'L', magic: GNU }, `${path}\0`))
    if (link !== '') parts.push(rawEntry({ type: 'K', magic: GNU }, `${link}\0`))
  }
  const full: RawHeader = {
    name: path,
    magic: pick(random, [USTAR, GNU]),
    mode: octal(pick(random, MODES), 8),
    uid: id(pick(random, IDS)),
    gid: id(pick(random, IDS)),
    ...header,
  }
  return [...parts, rawEntry(full, data)]
}

function id(value: number): string | Uint8Array {
  if (value < 2097152) return octal(value, 8)
  return Uint8Array.of(0x80, 0, 0, 0, ...new Uint8Array(Uint32Array.of(value).buffer).reverse())
}

function sample<T>(random: Random, values: readonly T[]): T[] {
  return values.filter(() => random() < 0.5)
}
