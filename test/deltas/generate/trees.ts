// Pairs of trees that lead a generator to every kind of object: each is one question.

import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { noise, spread, sprinkled } from '../samples.ts'

export type Tree = Readonly<Record<string, Uint8Array | string | { readonly link: string }>>

export interface TreePair {
  readonly from: Tree
  readonly to: Tree
  /** Paths, in both trees, that others may not read. */
  readonly secret?: readonly string[]
  /** What the reference says of it: that the pair asks what it is meant to. */
  readonly tells?: readonly string[]
}

const text = (lines: number, seed: number) =>
  Array.from(noise(lines, seed), (byte, index) => `line ${index} of a text that says ${byte}\n`).join('')

const program = noise(70_000, 11)
const image = noise(600_000, 12)

export const PAIRS: Readonly<Record<string, TreePair>> = {
  patched: {
    tells: ['bsdiff=2 objects'],
    from: { 'usr/bin/tool': program, 'usr/share/doc/README': text(400, 1) },
    to: { 'usr/bin/tool': sprinkled(program, 300), 'usr/share/doc/README': `${text(410, 1)}more\n` },
  },
  moved: {
    tells: ['rollsum=1 objects'],
    from: { 'boot/initramfs.img': image, 'boot/second.img': image.subarray(0, 300_000) },
    to: { 'boot/initramfs.img': spread(image, 'put in'), 'boot/second.img': spread(image, 'put in').subarray(9) },
  },
  'every kind at once': {
    tells: ['rollsum=1 objects', 'bsdiff=1 objects', 'symlink=2'],
    from: {
      'a/tool': program,
      'a/image': image,
      'a/stays': 'stays\n',
      'a/goes': 'goes\n',
      'a/link': { link: 'stays' },
    },
    to: {
      'a/tool': sprinkled(program, 1000),
      'a/image': spread(image, 'x'.repeat(700)),
      'a/stays': 'stays\n',
      'a/new': text(3000, 5),
      'a/link': { link: 'new' },
      'a/other-link': { link: 'a/long/target/that/leads/nowhere' },
    },
  },
  'identical trees': { tells: ['part 1 n:0 '], from: { same: text(10, 1) }, to: { same: text(10, 1) } },
  'empty trees': { from: {}, to: {} },
  'empty files': { from: { one: '', two: 'x' }, to: { one: 'x', two: '', three: '' } },
  'equal bytes': {
    tells: ['rollsum=2 objects'],
    from: { zeros: new Uint8Array(100_000), ones: new Uint8Array(70_000).fill(1) },
    to: { zeros: new Uint8Array(120_000), ones: new Uint8Array(70_001).fill(1) },
  },
  'periods that trip a search': {
    from: { period: 'abcabcabc'.repeat(2000), tail: `${'xy'.repeat(500)}\0\0\0\0` },
    to: { period: `abc${'abcabd'.repeat(3000)}`, tail: `${'yx'.repeat(510)}\0\0` },
  },
  'sizes too far apart': {
    tells: ['modified: 0'],
    from: { grown: text(100, 3), shrunk: text(100, 4) },
    to: { grown: text(150, 3), shrunk: text(68, 4) },
  },
  'names that are alike': {
    tells: ['modified: 1'],
    from: { 'lib/libz.so.1.2.3': program, 'lib/.hidden.a': text(50, 7), 'lib/x.xz': program, 'lib/y.gz': image },
    to: {
      'lib/libz.so.1.2.4': sprinkled(program, 900),
      'lib/.hidden.b': text(51, 7),
      'lib/x.xz': sprinkled(program, 500),
      'lib/y.gz': sprinkled(image, 90_000),
    },
  },
  'one object, many names': {
    from: { 'p/a': text(80, 1), 'p/b': text(80, 1), 'q/c': text(82, 1), 'q/a': text(81, 1) },
    to: { 'p/c': text(83, 1), 'q/c': text(83, 1), 'q/b': text(84, 1) },
  },
  'files that others may not read': {
    tells: ['bsdiff=1 objects'],
    from: { shadow: text(100, 1), public: text(100, 2) },
    to: { shadow: text(101, 1), public: text(101, 2) },
    secret: ['shadow'],
  },
  'many small files': {
    from: Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`d${i % 37}/f${i}`, text(i % 9, i)])),
    to: Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`d${i % 37}/f${i}`, text((i % 9) + (i % 5 === 0 ? 1 : 0), i)]),
    ),
  },
}

export function writeTree(root: string, tree: Tree, secret: readonly string[] = []): void {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root)
  for (const [path, content] of Object.entries(tree)) {
    const full = join(root, path)
    mkdirSync(dirname(full), { recursive: true })
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, full)
    else writeFileSync(full, content)
    if (secret.includes(path)) chmodSync(full, 0o600)
  }
}
