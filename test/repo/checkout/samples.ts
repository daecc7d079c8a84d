// The trees that checkouts are tested with, and repositories of every mode that hold them, made by the reference.

import {
  chmodSync,
  chownSync,
  cpSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { toHex } from '../../../src/bytes/hex.ts'
import { encodeXattrs } from '../../../src/objects/xattrs.ts'
import type { Platform } from '../../../src/platform/types.ts'
import type { RepoMode } from '../../../src/repo/config/repo-mode.ts'
import { runReference } from '../../reference.ts'

export const MODES = ['bare', 'bare-user', 'bare-user-only', 'archive', 'bare-split-xattrs'] as const
/** Only root may give files away, and look into others' split attributes. */
export const IS_ROOT = process.getuid?.() === 0

/** A bit of everything: modes, owners, attributes, links, empty and large files, odd names. */
export async function writePlainTree(platform: Platform, root: string): Promise<void> {
  const file = (path: string, content: string | Uint8Array, mode = 0o644) => {
    writeFileSync(join(root, path), content)
    chmodSync(join(root, path), mode)
  }
  const directory = (path: string) => mkdirSync(join(root, path), { recursive: true })
  directory('d/e/f')
  directory('empty-dir')
  directory('usr/lib')
  directory('z\u{1F600}')
  file('top', 'top\n')
  file('d/run', '#!/bin/sh\n', 0o755)
  file('d/suid', 'set\n', 0o6755)
  file('d/secret', 'mine\n', 0o600)
  file('d/unreadable', 'none\n', 0o200)
  file('d/e/open', 'all\n', 0o666)
  file('d/e/f/deep', 'deep\n')
  file('empty', '')
  file('d/empty-run', '', 0o755)
  file('usr/lib/big', new Uint8Array(1_500_000).fill(7))
  file('usr/lib/Ä name\n', 'odd\n')
  file('with-xattr', 'attributes\n')
  symlinkSync('top', join(root, 'link'))
  symlinkSync('../nowhere', join(root, 'd/dangling'))
  symlinkSync('d/e', join(root, 'to-dir'))
  await platform.xattrs?.set(join(root, 'with-xattr'), 'user.note', Buffer.from('hello'))
  await platform.xattrs?.set(join(root, 'd/e'), 'user.dir', Buffer.from([0, 1, 2]))
  if (IS_ROOT) {
    chownSync(join(root, 'd/secret'), 1234, 1235)
    chownSync(join(root, 'd/suid'), 42, 43)
    chmodSync(join(root, 'd/suid'), 0o6755) // chown took the bits away
    chownSync(join(root, 'd/e'), 7, 8)
    lchownSync(join(root, 'link'), 99, 98)
  }
  chmodSync(join(root, 'd/e'), 0o2775)
  chmodSync(join(root, 'empty-dir'), 0o1777)
  chmodSync(join(root, 'd'), 0o750)
  chmodSync(join(root, 'usr'), 0o555)
}

/** Small: what the tables of conflicts are about. */
export function writeUnionTree(root: string): void {
  mkdirSync(join(root, 'd/sub'), { recursive: true })
  mkdirSync(join(root, 'e'))
  writeFileSync(join(root, 'd/f'), 'hi\n')
  writeFileSync(join(root, 'd/sub/g'), 'sub\n')
  writeFileSync(join(root, 'top'), 'top\n')
  writeFileSync(join(root, 'empty'), '')
  symlinkSync('top', join(root, 'link'))
}

/** Deletions in both styles. */
export function writeWhiteoutTree(root: string): void {
  mkdirSync(join(root, 'layer/opaque'), { recursive: true })
  mkdirSync(join(root, 'layer/kept'))
  writeFileSync(join(root, 'layer/.wh.gone'), '')
  writeFileSync(join(root, 'layer/.wh.gone-dir'), 'content does not matter')
  writeFileSync(join(root, 'layer/.wh.new'), '')
  writeFileSync(join(root, 'layer/new'), 'new\n')
  writeFileSync(join(root, 'layer/-early'), 'sorts before\n')
  writeFileSync(join(root, 'layer/.wh.-early'), '')
  writeFileSync(join(root, 'layer/opaque/.wh..wh..opq'), '')
  writeFileSync(join(root, 'layer/opaque/only'), 'only\n')
  writeFileSync(join(root, 'layer/kept/more'), 'more\n')
  writeFileSync(join(root, 'layer/.ostree-wh.device'), '')
  chmodSync(join(root, 'layer/.ostree-wh.device'), 0o640)
  if (IS_ROOT) chownSync(join(root, 'layer/.ostree-wh.device'), 5, 6)
  symlinkSync('elsewhere', join(root, 'layer/.wh.link-is-no-whiteout'))
}

const BRANCHES = ['plain', 'union', 'whiteouts'] as const

/** `dir/MODE` holds the branches `plain`, `union` and `whiteouts`. */
export async function makeRepositories(platform: Platform, dir: string, modes: readonly RepoMode[]): Promise<void> {
  for (const branch of BRANCHES) mkdirSync(join(dir, branch))
  await writePlainTree(platform, join(dir, 'plain'))
  writeUnionTree(join(dir, 'union'))
  writeWhiteoutTree(join(dir, 'whiteouts'))
  const ostree = async (...args: string[]) => {
    const { code, stderr } = await runReference(args, { cwd: dir })
    if (code !== 0) throw new Error(`ostree ${args.join(' ')}: ${stderr}`)
  }
  for (const mode of modes) {
    if (mode === 'bare-split-xattrs') continue // made of the bare one below
    await ostree('init', `--repo=${mode}`, `--mode=${mode}`)
    for (const branch of BRANCHES) {
      const options = mode === 'bare-user-only' ? ['--canonical-permissions'] : []
      await ostree('commit', `--repo=${mode}`, '-b', branch, ...options, `--tree=dir=${branch}`)
    }
  }
  if (modes.includes('bare-split-xattrs'))
    await splitXattrs(platform, join(dir, 'bare'), join(dir, 'bare-split-xattrs'))
}

/** The reference reads such repositories but makes none: attributes lie beside the files, as objects that files link to. */
async function splitXattrs(platform: Platform, bare: string, split: string): Promise<void> {
  const path = (name: string) => join(split, 'objects', name)
  cpSync(bare, split, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.file') })
  writeFileSync(join(split, 'config'), '[core]\nrepo_version=1\nmode=bare-split-xattrs\n')
  for (const name of readdirSync(join(bare, 'objects'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.file')) continue
    const source = join(bare, 'objects', name)
    const { uid, gid, mode } = lstatSync(source)
    const list = (await platform.xattrs?.read(source)) ?? []
    const bytes = encodeXattrs(list.map(([name, value]) => ({ name, value })))
    const digest = toHex(platform.sha256Once(bytes))
    const shared = path(`${digest.slice(0, 2)}/${digest.slice(2)}.file-xattrs`)
    mkdirSync(dirname(shared), { recursive: true })
    writeFileSync(shared, bytes)
    linkSync(shared, path(`${name}-xattrs-link`))
    if ((mode & 0o170000) === 0o120000) symlinkSync(readlinkSync(source), path(name))
    else writeFileSync(path(name), readFileSync(source))
    lchownSync(path(name), uid, gid)
    if ((mode & 0o170000) === 0o100000) chmodSync(path(name), mode & 0o7777)
  }
}
