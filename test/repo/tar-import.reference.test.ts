// Commits of archives: our command and the reference's on the same archives end in the same commit or the same error.

import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { runInProcess } from '../cli/in-process.ts'
import { runReference, temporaryDirectory, testWithReference } from '../reference.ts'
import { seeded } from '../tar/fuzz.ts'
import { archive, octal, pax, type RawHeader, rawEntry } from '../tar/raw-tar.ts'
import { randomTreeTar } from './random-tree-tar.ts'

const COUNT = 40 * Number(process.env.OSTREE_TS_FUZZ ?? 1)

const dir = (name: string, header: RawHeader = {}): Uint8Array =>
  rawEntry({ type: '5', name, mode: octal(0o755, 8), ...header })
const f = (name: string, data = 'x', header: RawHeader = {}): Uint8Array => rawEntry({ name, ...header }, data)
const link = (name: string, linkname: string, header: RawHeader = {}): Uint8Array =>
  rawEntry({ name, type: '1', linkname, ...header })
const symlink = (name: string, linkname: string): Uint8Array =>
  rawEntry({ name, type: '2', linkname, mode: octal(0o777, 8) })
const bytes = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
const root = dir('./')
const AUTO = '--tar-autocreate-parents'

interface CpioEntry {
  readonly path: string
  readonly mode?: number
  readonly inode?: number
  readonly links?: number
  readonly data?: string
}

function cpio({ path, mode = 0o100644, inode = 1, links = 1, data = '' }: CpioEntry): Uint8Array {
  const hex = (value: number): string => value.toString(16).padStart(8, '0')
  const padded = (text: string): string => text.padEnd(Math.ceil(text.length / 4) * 4, '\0')
  const fields = [inode, mode, 0, 0, links, 1, data.length, 0, 0, 0, 0, path.length + 1, 0]
  return Buffer.from(padded(`070701${fields.map(hex).join('')}${path}\0`) + padded(data))
}

/** An archive, and options of the commit. */
type Case = readonly [archive: Uint8Array, ...options: string[]]
const CASES: Record<string, Case> = {
  simple: [archive(root, f('./a'), dir('./d'), f('./d/b'))],
  'no root': [archive(f('a'))],
  'no root autocreate': [archive(f('a')), AUTO],
  'missing parent': [archive(root, f('x/y/z'))],
  'missing parent auto': [archive(root, f('x/y/z', 'q', { uid: octal(5, 8), gid: octal(6, 8) })), AUTO],
  'auto changes existing': [
    archive(
      dir('./', { mode: octal(0o700, 8), uid: octal(9, 8) }),
      dir('x', { mode: octal(0o711, 8) }),
      f('x/y/z', 'q', { uid: octal(5, 8) }),
      dir('x/y', { mode: octal(0o700, 8) }),
    ),
    AUTO,
  ],
  uplink: [archive(root, f('../up'))],
  'uplink inside': [archive(root, dir('d'), f('d/../up'))],
  abs: [archive(dir('/'), f('/a'), f('//b'), f('/../c'), f('/../../d'), f('/./e'))],
  'abs uplink end': [archive(root, f('/..'))],
  'dot names': [archive(dir('.'), dir('./d/.'), f('./d/./x'))],
  'dot dir': [archive(root, dir('d'), dir('d/./'))],
  'double slash': [archive(root, dir('d'), f('d//x'))],
  'file over dir': [archive(root, dir('d'), f('d'))],
  'file below file': [archive(root, f('d'), f('d/x'))],
  'same twice': [archive(root, f('a', 'one'), f('a', 'two'), f('b'), f('a', 'three'))],
  'symlink over file': [archive(root, f('a', 'one'), symlink('a', 't'))],
  hardlinks: [archive(root, f('a', 'one'), link('b', 'a'), link('c', './a'), link('e', '/a'))],
  'hardlink before': [archive(root, link('b', 'a'), f('a', 'one'))],
  'hardlink missing': [archive(root, link('b', 'a'))],
  'hardlink missing dir': [archive(root, link('b', 'q/a'))],
  'hardlink to dir': [archive(root, dir('a'), link('b', 'a'))],
  'hardlink chain': [archive(root, f('a', 'one'), link('b', 'a'), link('c', 'b'), link('e', 'c'))],
  'hardlink chain rev': [archive(root, link('e', 'c'), link('c', 'b'), link('b', 'a'), f('a', 'one'))],
  'hardlink to self': [archive(root, f('a', 'one'), link('a', 'a'))],
  'hardlink then replaced target': [archive(root, f('a', 'one'), link('b', 'a'), f('a', 'two'))],
  'hardlink data pax': [
    archive(
      root,
      pax([['uid', '1']]),
      f('a', 'one'),
      rawEntry({ name: 'b', type: '1', linkname: 'a' }, 'payload'),
      link('c', 'a'),
    ),
  ],
  'hardlink uplink': [archive(root, f('a'), link('b', 'a/b'))],
  'hardlink to symlink': [archive(root, symlink('a', 't'), link('b', 'a'))],
  'hardlink symlink mode': [
    archive(root, symlink('a', 't'), rawEntry({ name: 'b', type: '1', linkname: 'a', mode: octal(0o120777, 8) })),
  ],
  'symlink empty': [archive(root, rawEntry({ name: 'a', type: '2' }))],
  device: [archive(root, rawEntry({ name: 'null', type: '3' }))],
  fifo: [archive(root, rawEntry({ name: 'p', type: '6' }))],
  'K on dir': [archive(root, rawEntry({ type: 'K' }, 't\0'), dir('d'))],
  xattrs: [
    archive(
      root,
      pax([
        ['SCHILY.xattr.user.z', '1'],
        ['SCHILY.xattr.user.a', '2'],
        ['SCHILY.xattr.user.m', '\0\xff'],
      ]),
      f('a'),
      pax([['SCHILY.xattr.user.d', '1']]),
      dir('d'),
    ),
  ],
  'xattrs dup': [
    archive(
      root,
      pax([
        ['SCHILY.xattr.user.z', '1'],
        ['SCHILY.xattr.user.z', '2'],
      ]),
      f('a'),
    ),
  ],
  'xattrs skipped': [archive(root, pax([['SCHILY.xattr.user.z', '1']]), f('a')), '--no-xattrs'],
  'xattrs canonical': [
    archive(
      root,
      pax([['SCHILY.xattr.user.z', '1']]),
      f('a', 'x', { mode: octal(0o4777, 8), uid: octal(7, 8) }),
      dir('d', { mode: octal(0o1777, 8), uid: octal(7, 8) }),
    ),
    '--canonical-permissions',
  ],
  owner: [archive(root, f('a', 'x', { uid: octal(7, 8) }), dir('d')), '--owner-uid=42', '--owner-gid=43'],
  'owner auto': [archive(f('x/a', 'x', { uid: octal(7, 8) })), '--owner-uid=42', '--owner-gid=43', AUTO],
  modes: [
    archive(
      root,
      f('a', 'x', { mode: octal(0o7777, 8) }),
      dir('d', { mode: octal(0o7777, 8) }),
      rawEntry({ name: 'l', type: '2', linkname: 'a', mode: octal(0o644, 8) }),
    ),
  ],
  'mode high bits dir': [archive(root, dir('a', { mode: Uint8Array.of(0x80, 0, 0, 0, 0, 0xff, 0, 0) }))],
  empty: [archive()],
  'empty auto': [archive(), AUTO],
  'empty auto owner': [archive(), AUTO, '--owner-uid=3', '--owner-gid=4'],
  'zero bytes': [new Uint8Array(0)],
  text: [Buffer.from('hello world, not an archive')],
  'truncated header': [bytes(root, f('a', 'x'), f('b')).subarray(0, 1800).slice()],
  'bad checksum': [archive(root, f('a', 'x', { checksum: '1' }))],
  'bad utf8': [archive(root, f('a', 'x', { name: Uint8Array.of(0x61, 0xff) }))],
  'bad utf8 link': [archive(root, rawEntry({ name: 'a', type: '2', linkname: Uint8Array.of(0xff) }))],
  'latin pax': [archive(root, pax([['path', Uint8Array.of(0x61, 0xe9)]]), f('a'))],
  nfd: [archive(root, pax([['path', 'e\u0301']]), f('a'))],
  'big file': [
    archive(root, f('big', '0123456789abcdef'.repeat(300000)), f('big2', '0123456789abcdef'.repeat(300000))),
  ],
  'filter noop': [archive(root, dir('usr'), f('usr/a')), '--tar-pathname-filter=^nosuch/,other/', AUTO],
  'filter prefix': [
    archive(root, dir('usr'), f('usr/a'), link('usr/b', 'usr/a')),
    '--tar-pathname-filter=^,foo/',
    AUTO,
  ],
  'filter rename': [archive(root, dir('usr/'), f('usr/a')), '--tar-pathname-filter=^usr,lib', AUTO],
  'filter to root': [archive(root, dir('usr'), f('usr/a')), '--tar-pathname-filter=^usr/?,', AUTO],
  'filter abs result': [archive(root, dir('usr'), f('usr/a')), '--tar-pathname-filter=^usr,/abs/', AUTO],
  'filter uplink result': [archive(root, dir('usr'), f('usr/a')), '--tar-pathname-filter=^usr,..', AUTO],
  'filter no comma': [archive(root), '--tar-pathname-filter=abc'],
  'filter bad regex': [archive(root), '--tar-pathname-filter=(abc,x'],
  'filter group': [archive(root, f('abc'), f('xbz')), '--tar-pathname-filter=^(.)b(.)$,\\2-\\1', AUTO],
  'long path': [archive(root, pax([['path', `${'p/'.repeat(2100)}x`]]), f('a')), AUTO],
  'long name': [archive(root, pax([['path', 'p'.repeat(300)]]), f('a'))],
  'name with newline': [archive(root, f('a\nb'))],
  'file named root': [archive(root, f('./', 'x'))],
  'file dotdot slash': [archive(root, f('a/..'))],
  statoverride: [archive(root, f('a'), dir('d')), '--statoverride=overrides'],
  'statoverride unmatched': [archive(root, f('b')), '--statoverride=overrides'],
  skip: [archive(root, f('skipme'), dir('d'), f('d/a')), '--skip-list=skips'],
  'skip hardlink target': [archive(root, f('skipme'), link('b', 'skipme')), '--skip-list=skips'],
  sizes: [archive(root, f('a', 'x'.repeat(5000)), f('b', 'y')), '--generate-sizes'],
  'two trees': [archive(root, f('a')), '--tree=tar=other.tar'],
  'global header': [archive(pax([['comment', 'git']], 'g'), root, f('a'))],
  'global header uid': [archive(pax([['uid', '3']], 'g'), root, f('a'))],
  'default acl': [archive(root, pax([['SCHILY.acl.default', 'user::rwx\n']]), dir('d'))],
  sparse: [
    archive(
      root,
      pax([
        ['GNU.sparse.major', '1'],
        ['GNU.sparse.minor', '0'],
        ['GNU.sparse.name', 's'],
        ['GNU.sparse.realsize', '100000'],
      ]),
      rawEntry({ name: 'q' }, bytes(Buffer.from('2\n100\n3\n2000\n3\n'.padEnd(512, '\0')), Buffer.from('abcdef'))),
    ),
  ],
  'ro executables': [archive(root, f('a', 'x', { mode: octal(0o755, 8) })), '--mode-ro-executables'],
  'many entries that replace each other': [
    archive(root, ...Array.from({ length: 400 }, (_, i) => f(`n${i % 7}`, `${i}`))),
  ],
  'links of links, in the order of a hash table': [
    archive(
      root,
      f('n0', 'one'),
      ...Array.from({ length: 30 }, (_, i) => link(`n${(i * 7 + 1) % 31}`, `n${(i * 11) % 31}`)),
    ),
  ],
  'links that all lead to files': [archive(root, f('t'), ...Array.from({ length: 30 }, (_, i) => link(`n${i}`, 't')))],
  'large files, then small ones of the same name': [
    archive(root, f('a', 'x'.repeat(2_000_000)), f('a', 'y'), f('b', 'z'), f('b', 'x'.repeat(2_000_000))),
  ],
  gzip: [gzipSync(archive(root, f('a')))],
  xz: [execFileSync('xz', ['-c'], { input: archive(root, f('a')) })],
  zstd: [execFileSync('zstd', ['-q', '-c'], { input: archive(root, f('a')) })],
  'gzip, damaged at its start': [bytes(gzipSync(archive(root, f('a'))).subarray(0, 10), Buffer.alloc(100, 0xff))],
  'cpio with hard links, of symbolic links, too': [
    bytes(
      cpio({ path: '.', mode: 0o40755, links: 2 }),
      cpio({ path: 'one', inode: 2, links: 3 }),
      cpio({ path: 'two', inode: 2, links: 3 }),
      cpio({ path: 'three', inode: 2, links: 3, data: 'shared' }),
      cpio({ path: 'l1', mode: 0o120777, inode: 3, links: 2, data: 'target' }),
      cpio({ path: 'l2', mode: 0o120777, inode: 3, links: 2, data: 'target' }),
      cpio({ path: 'TRAILER!!!' }),
    ),
  ],
  'cpio, cut off': [
    bytes(cpio({ path: '.', mode: 0o40755, links: 2 }), cpio({ path: 'one', data: 'x' })).subarray(0, 150),
  ],
}

const NOT_IN_BARE: Record<string, string> = {
  'symlink empty': 'our message has the path of a temporary file',
  'xattrs dup': 'the reference writes a corrupt object; we refuse',
  modes: 'both write a symbolic link of mode 0644, which no file system keeps, so the object is corrupt',
}

/** Where libarchive ends without a word, we have one. */
const WORDLESS: Record<string, string> = { '(null)': 'Truncated cpio archive' }

async function prepare(dir_: string, mode: string): Promise<void> {
  await writeFile(join(dir_, 'overrides'), '2048 /a\n=448 /d\n')
  await writeFile(join(dir_, 'skips'), '/skipme\n')
  await writeFile(join(dir_, 'other.tar'), archive(dir('./', { mode: octal(0o711, 8) }), f('a', 'other'), dir('o')))
  for (const repo of ['theirs', 'ours']) {
    expect((await runReference(['init', `--repo=${repo}`, `--mode=${mode}`], { cwd: dir_ })).code).toBe(0)
  }
}

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function commitBoth(dir_: string, [archived, ...options]: Case, locale = 'C.UTF-8'): Promise<[Outcome, Outcome]> {
  await writeFile(join(dir_, 'in.tar'), archived)
  const args = (repo: string): string[] => [
    ...['commit', `--repo=${repo}`, '-b', 'main', '--parent=none', '--timestamp=@0', '--tree=tar=in.tar'],
    ...options,
  ]
  const env = { LC_ALL: locale }
  const theirs = await runReference(args('theirs'), { cwd: dir_, env })
  const mine = await runInProcess(args('ours'), { cwd: dir_, env })
  const outcome = ({ code, stdout, stderr }: Outcome): Outcome => ({
    code,
    stdout,
    stderr: stderr.replace(/\(null\)/, (text) => WORDLESS[text]!),
  })
  return [outcome(theirs), outcome(mine)]
}

for (const mode of ['archive', 'bare-user', 'bare']) {
  testWithReference(
    `a table of archives, into ${mode}`,
    async ({ dir: dir_, ostree }) => {
      await prepare(dir_, mode)
      for (const [name, archived] of Object.entries(CASES)) {
        if (mode === 'bare' && name in NOT_IN_BARE) continue
        const [theirs, mine] = await commitBoth(dir_, archived)
        expect({ name, ...mine }).toEqual({ name, ...theirs })
      }
      await ostree('fsck', '--repo=ours', '--quiet')
    },
    { timeout: 300_000 },
  )
}

testWithReference('the C locale leaves names alone', async ({ dir: dir_ }) => {
  await prepare(dir_, 'archive')
  const archived = archive(root, pax([['path', 'e\u0301']]), f('a'))
  const [theirs, mine] = await commitBoth(dir_, [archived], 'C')
  expect(mine).toEqual(theirs)
  const [composed] = await commitBoth(dir_, [archived])
  expect(composed.stdout).not.toBe(theirs.stdout)
})

testWithReference(
  'random trees',
  async ({ dir: dir_, ostree }) => {
    await prepare(dir_, 'archive')
    let succeeded = 0
    for (let seed = 0; seed < COUNT; seed++) {
      const shape = { xattrs: seed % 2 === 0, missingParents: seed % 3 === 0, linkChains: seed % 4 === 0 }
      const options = [['--no-xattrs'], [AUTO], [AUTO, '--canonical-permissions'], [AUTO, '--owner-uid=7']][seed % 4]!
      const [theirs, mine] = await commitBoth(dir_, [randomTreeTar(seeded(seed), shape), ...options])
      expect({ seed, ...mine }).toEqual({ seed, ...theirs })
      if (mine.code === 0) succeeded++
    }
    expect(succeeded).toBeGreaterThan(COUNT / 3)
    await ostree('fsck', '--repo=ours', '--quiet')
  },
  { timeout: 600_000 },
)

testWithReference('stdin, and files that cannot be read', async ({ dir: dir_ }) => {
  await prepare(dir_, 'archive')
  const input = gzipSync(archive(root, f('a')))
  const args = (repo: string, what: string): string[] => [
    ...['commit', `--repo=${repo}`, '-b', 'main', '--parent=none', '--timestamp=@0', `--tree=tar=${what}`],
  ]
  for (const [what, bytesIn, ...more] of [
    ['-', input],
    ['-', Buffer.from('no archive')],
    ['-', input, '--tar-pathname-filter=a,b'],
    ['nope.tar', undefined],
    ['./nope.tar', undefined, '--tar-pathname-filter=a,b'],
    ['theirs', undefined],
  ] as const) {
    const given = bytesIn === undefined ? {} : { input: bytesIn }
    const theirs = await runReference([...args('theirs', what), ...more], { cwd: dir_, ...given })
    const mine = await runInProcess([...args('ours', what), ...more], {
      cwd: dir_,
      env: { LC_ALL: 'C.UTF-8' },
      ...given,
    })
    expect([what, mine.code, mine.stdout, mine.stderr]).toEqual([what, theirs.code, theirs.stdout, theirs.stderr])
  }
})

/** The reference aborts, does not end, or makes a commit that cannot be checked out. */
const REFUSED_BY_US: Record<string, readonly [Case, string]> = {
  'a directory in the place of a file': [
    [archive(root, f('d'), dir('d'))],
    "ostree-tar: Failed to handle directory: Can't replace file with directory: d",
  ],
  'a made-up directory in the place of a file': [
    [archive(root, f('d'), f('d/x')), AUTO],
    "ostree-tar: Failed to create parent: Can't replace file with directory: d",
  ],
  'data that ends too early': [
    [bytes(root, f('a', 'x'.repeat(3000))).subarray(0, 2000)],
    'ostree-tar: Failed to handle file: ostree-tar: Failed to import file: Writing content object: Truncated tar archive detected while reading data',
  ],
  'large data that ends too early': [
    [bytes(root, f('a', 'x'.repeat(3_000_000))).subarray(0, 2_000_000)],
    'ostree-tar: Failed to handle file: ostree-tar: Failed to import file: Writing content object: Truncated tar archive detected while reading data',
  ],
  'a file without a name': [
    [archive(root, f('', 'x'))],
    'ostree-tar: Failed to handle file: ostree-tar: Failed to import file: Invalid empty filename',
  ],
  'a file of an impossible mode': [
    [archive(root, f('a', 'x', { mode: Uint8Array.of(0x80, 0, 0, 0, 0, 0xff, 0, 0) }))],
    'ostree-tar: Failed to handle file: ostree-tar: Failed to import file: Invalid mode 16744448; invalid bits in mode',
  ],
  'a hard link that leads upwards': [
    [archive(root, f('a'), link('b', '../a'))],
    'While making relative path "../a":Invalid uplink \'..\' in path ../a',
  ],
}

test('an attribute that is there twice is refused by a bare repository, which could not read it back', async () => {
  const dir_ = await temporaryDirectory()
  await runInProcess(['init', '--repo=repo', '--mode=bare'], { cwd: dir_ })
  await writeFile(join(dir_, 'in.tar'), CASES['xattrs dup']![0])
  const { stderr } = await runInProcess(['commit', '--repo=repo', '-b', 'main', '--tree=tar=in.tar'], { cwd: dir_ })
  expect(stderr).toContain('Extended attribute user.z is there twice, which a bare repository cannot hold')
})

test('archives that the reference does not survive are refused, and nothing is left behind', async () => {
  const dir_ = await temporaryDirectory()
  await runInProcess(['init', '--repo=repo', '--mode=archive'], { cwd: dir_ })
  for (const [name, [[archived, ...options], reason]] of Object.entries(REFUSED_BY_US)) {
    await writeFile(join(dir_, 'in.tar'), archived)
    const args = ['commit', '--repo=repo', '-b', 'main', '--tree=tar=in.tar', ...options]
    const { code, stderr } = await runInProcess(args, { cwd: dir_ })
    expect([name, code, stderr]).toEqual([name, 1, `error: ${reason}\n`])
  }
  const fsck = await runInProcess(['fsck', '--repo=repo', '--quiet'], { cwd: dir_ })
  expect(fsck.code).toBe(0)
  const refs = await runInProcess(['refs', '--repo=repo'], { cwd: dir_ })
  expect(refs.stdout).toBe('')
})
