// Our cpio reader and libarchive on the same archives; detection of formats.

import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { openArchive } from '../../src/tar/open-archive.ts'
import { testInsideReference } from '../reference.ts'
import { type ReadArchive, readByLibarchive, readByOurs } from './libarchive.ts'
import { archive, rawEntry } from './raw-tar.ts'

interface CpioEntry {
  readonly name: string
  readonly mode?: number
  readonly inode?: number
  readonly links?: number
  readonly data?: string
  readonly device?: number
}

const pad = (bytes: Uint8Array, alignment: number): Uint8Array =>
  Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)])

const hex = (value: number): string => value.toString(16).padStart(8, '0')
const oct = (value: number, width: number): string => value.toString(8).padStart(width, '0')

const FORMATS: Record<string, (entry: CpioEntry) => Uint8Array> = {
  newc: (entry) => {
    const { name, mode = 0o100644, inode = 1, links = 1, data = '', device = 0 } = entry
    const fields = [inode, mode, 1000, 100, links, 1234, Buffer.byteLength(data), 8, 1, device >> 8, device & 255]
    const head = `070701${[...fields, Buffer.byteLength(name) + 1, 0].map(hex).join('')}${name}\0`
    return Buffer.concat([pad(Buffer.from(head), 4), pad(Buffer.from(data), 4)])
  },
  odc: (entry) => {
    const { name, mode = 0o100644, inode = 1, links = 1, data = '', device = 0 } = entry
    const fields = [9, inode, mode, 1000, 100, links, device].map((value) => oct(value, 6)).join('')
    const sizes = `${oct(1234, 11)}${oct(Buffer.byteLength(name) + 1, 6)}${oct(Buffer.byteLength(data), 11)}`
    return Buffer.from(`070707${fields}${sizes}${name}\0${data}`)
  },
  'binary, little endian': (entry) => binary(entry, (view, at, value) => view.setUint16(at, value, true)),
  'binary, big endian': (entry) => binary(entry, (view, at, value) => view.setUint16(at, value, false)),
}

function binary(entry: CpioEntry, put: (view: DataView, at: number, value: number) => void): Uint8Array {
  const { name, mode = 0o100644, inode = 1, links = 1, data = '', device = 0 } = entry
  const head = new Uint8Array(26)
  const size = Buffer.byteLength(data)
  const fields = [
    0o070707,
    9,
    inode,
    mode,
    1000,
    100,
    links,
    device,
    0,
    1234,
    name.length + 1,
    size >> 16,
    size & 65535,
  ]
  fields.forEach((value, i) => {
    put(new DataView(head.buffer), 2 * i, value)
  })
  return Buffer.concat([head, pad(Buffer.from(`${name}\0`), 2), pad(Buffer.from(data), 2)])
}

const ENTRIES: readonly CpioEntry[] = [
  { name: '.', mode: 0o40755, inode: 10, links: 4 },
  { name: './dir', mode: 0o40700, inode: 11, links: 2 },
  { name: './dir/file', data: 'hello', inode: 12 },
  { name: './link', mode: 0o120777, data: 'dir/file', inode: 13 },
  { name: './empty', inode: 14 },
  { name: './one', inode: 15, links: 3 },
  { name: './two', inode: 15, links: 3 },
  { name: './three', inode: 15, links: 3, data: 'shared' },
  { name: './four', inode: 15, links: 3, data: 'not shared any more' },
  { name: './slink', mode: 0o120777, data: 'there', inode: 16, links: 2 },
  { name: './slink2', mode: 0o120777, data: 'there', inode: 16, links: 2 },
  { name: './null', mode: 0o20666, device: 0x0103, inode: 17 },
  { name: './fifo', mode: 0o10644, inode: 18 },
  { name: 'ü', data: 'x'.repeat(70_000), inode: 19 },
]

const bytes = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat([...parts]))

function cases(): Record<string, Uint8Array> {
  const all: Record<string, Uint8Array> = {}
  for (const [name, write] of Object.entries(FORMATS)) {
    const entries = ENTRIES.filter((entry) => !name.startsWith('binary') || entry.name !== 'ü').map(write)
    const trailer = write({ name: 'TRAILER!!!', mode: 0 })
    all[name] = bytes(...entries, trailer)
    all[`${name}, more after the trailer`] = bytes(...entries, trailer, Buffer.alloc(512), ...entries)
    if (!name.startsWith('binary')) {
      all[`${name}, garbage between`] = bytes(entries[0]!, Buffer.from('garbage'), ...entries.slice(1), trailer)
    }
  }
  return all
}

testInsideReference('cpio archives: the same entries as libarchive reads', async () => {
  const names = Object.keys(cases())
  const theirs = await readByLibarchive(Object.values(cases()))
  const ours: ReadArchive[] = []
  for (const [i, archived] of Object.values(cases()).entries()) {
    ours.push(
      await readByOurs(
        async function* (source) {
          yield* (await openArchive(source)).entries
        },
        archived,
        [65_536, 1, 100][i % 3]!,
      ),
    )
  }
  const label = (results: readonly ReadArchive[]): object =>
    Object.fromEntries(names.map((name, i) => [name, results[i]]))
  expect(label(ours)).toEqual(label(theirs))
})

async function open(archived: Uint8Array): Promise<string[]> {
  const paths: string[] = []
  for await (const entry of (await openArchive([archived])).entries) paths.push(entry.path)
  return paths
}

test('cpio archives that end too early are refused', async () => {
  for (const write of Object.values(FORMATS)) {
    const whole = bytes(write({ name: 'file', data: 'content' }), write({ name: 'TRAILER!!!', mode: 0 }))
    for (let length = 80; length < whole.length - 12; length += 7) {
      await expect(open(whole.slice(0, length))).rejects.toThrow(/Truncated/)
    }
  }
})

test('archives are recognised through their compression', async () => {
  const tar = archive(rawEntry({ name: 'file' }, 'x'))
  expect(await open(tar)).toEqual(['file'])
  expect(await open(gzipSync(tar))).toEqual(['file'])
  expect(await open(gzipSync(bytes(FORMATS.newc!({ name: 'f' }), FORMATS.newc!({ name: 'TRAILER!!!' }))))).toEqual([
    'f',
  ])
  expect(await open(new Uint8Array(0))).toEqual([])
  expect(await open(gzipSync(''))).toEqual([])
})

test('other formats are refused by name, everything else as unrecognised', async () => {
  await expect(open(Buffer.from('PK\x03\x04 and so on'))).rejects.toThrow(
    'the zip archive format is not available here',
  )
  await expect(open(Buffer.from('!<arch>\ndebian-binary'))).rejects.toThrow('the ar archive format')
  for (const archived of [Buffer.from('plain text'), Buffer.alloc(600, 'x'), Buffer.alloc(100)]) {
    await expect(open(archived)).rejects.toThrow('Unrecognized archive format')
  }
})
