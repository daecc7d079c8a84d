// A directory tree made from a seed: odd names, modes, owners, attributes, hard links, symbolic links.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../../src/platform/types.ts'
import { below, pick, type Random } from '../tar/fuzz.ts'

const NAMES = [
  'a',
  'b',
  'A',
  'etc',
  'usr',
  'file.txt',
  'with space',
  'ümläut',
  'e\u0301',
  '日本語',
  '\u{1f600}',
  '\uffee',
  'new\nline',
  'tab\t',
  '-dash',
  '.hidden',
  '...',
  '%41',
  "quo'te",
  'quo"te',
  'back\\slash',
  '*',
  '?',
  '[x]',
  '~',
  'x'.repeat(255),
  'é'.repeat(127),
  '.wh.a',
  '.ostree-wh.b',
  'z',
] as const
const FILE_MODES = [0o644, 0o644, 0o644, 0o600, 0o755, 0o755, 0o4755, 0o2755, 0o6711, 0o1644, 0o777, 0o400, 0o000]
const FOLDER_MODES = [0o755, 0o755, 0o755, 0o700, 0o1777, 0o2775, 0o555]
const IDS = [0, 0, 0, 0, 1, 1000, 65534, 4294967294]
const TARGETS = ['a', '../a', '/etc/passwd', 'nowhere', '.', '..', 'x/'.repeat(500), 'ü', 'new\nline']
const XATTRS: readonly (readonly [string, string])[] = [
  ['user.b', 'two'],
  ['user.a', ''],
  ['user.aa', 'three'],
  ['user.B', '\u0000\u00ff'],
  ['trusted.t', 'for root'],
]
const SIZES = [0, 0, 1, 10, 100, 4095, 4096, 4097, 70_000]

export interface RandomTreeOptions {
  /** Set attributes too. Default `true`. */
  readonly xattrs?: boolean
}

/** Fills the folder `path`, which must exist. */
export async function makeRandomTree(
  platform: Platform,
  random: Random,
  path: string,
  options: RandomTreeOptions = {},
): Promise<void> {
  const files: string[] = []
  const fill = async (folder: string, depth: number): Promise<void> => {
    for (let left = below(random, depth === 0 ? 12 : 6); left > 0; left--) {
      const entry = join(folder, pick(random, NAMES))
      if (existsOrLink(entry)) continue
      const kind = random()
      if (kind < 0.25 && depth < 4) {
        mkdirSync(entry)
        await fill(entry, depth + 1)
        await dress(platform, random, entry, pick(random, FOLDER_MODES), options)
      } else if (kind < 0.4) {
        symlinkSync(pick(random, TARGETS), entry)
        if (process.getuid?.() === 0) lchownSync(entry, pick(random, IDS), pick(random, IDS))
      } else if (kind < 0.5 && files.length > 0) linkSync(pick(random, files), entry)
      else {
        writeFileSync(entry, content(random))
        files.push(entry)
        await dress(platform, random, entry, pick(random, FILE_MODES), options)
      }
    }
  }
  await fill(path, 0)
}

function existsOrLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function content(random: Random): Uint8Array {
  // Rarely more than what is read in one piece, so that streaming is met as well.
  const size = random() < 0.03 ? (1 << 20) + below(random, 1 << 20) : pick(random, SIZES)
  const bytes = new Uint8Array(size)
  if (random() < 0.3) for (let i = 0; i < size; i++) bytes[i] = below(random, 256)
  else bytes.fill(below(random, 4))
  return bytes
}

async function dress(
  platform: Platform,
  random: Random,
  path: string,
  mode: number,
  { xattrs = true }: RandomTreeOptions,
) {
  if (process.getuid?.() === 0 && random() < 0.3) lchownSync(path, pick(random, IDS), pick(random, IDS))
  chmodSync(path, mode)
  if (!xattrs || random() < 0.7) return
  for (let count = 1 + below(random, 3); count > 0; count--) {
    const [name, value] = pick(random, XATTRS)
    if (name.startsWith('trusted.') && process.getuid?.() !== 0) continue
    await platform.xattrs?.set(path, name, Buffer.from(value, 'latin1'))
  }
}

/** Changes a tree a little: what is there goes, or more comes. */
export async function changeTree(
  platform: Platform,
  random: Random,
  path: string,
  options: RandomTreeOptions = {},
): Promise<void> {
  for (const name of readdirSync(path)) if (random() < 0.3) rmSync(join(path, name), { recursive: true, force: true })
  await makeRandomTree(platform, random, path, options)
}

/** A copy with everything: owners, modes, attributes, times and hard links. */
export function copyTree(from: string, to: string): void {
  if (!existsSync(to)) execFileSync('cp', ['-a', from, to])
}

/** A tar of the tree, with its attributes. @param options.withFolders - Otherwise files and links alone. */
export function archiveTree(tree: string, archive: string, { withFolders }: { readonly withFolders: boolean }): void {
  const listed = withFolders ? ['.'] : filesBelow(tree, readdirSync(tree))
  const flags = [
    '--format=posix',
    '--pax-option=delete=atime,delete=ctime',
    '--sort=name',
    '--xattrs',
    '--numeric-owner',
  ]
  execFileSync('tar', ['-C', tree, ...flags, '--null', '--verbatim-files-from', '-T', '-', '-cf', archive], {
    input: listed.map((name) => `${name}\0`).join(''),
  })
}

function filesBelow(folder: string, names: readonly string[], prefix = ''): string[] {
  return names.flatMap((name) => {
    const path = join(folder, name)
    if (!lstatSync(path).isDirectory()) return [`./${prefix}${name}`]
    return filesBelow(path, readdirSync(path), `${prefix}${name}/`)
  })
}

export function hasHardLinks(folder: string): boolean {
  return filesBelow(folder, readdirSync(folder)).some((name) => lstatSync(join(folder, name)).nlink > 1)
}
