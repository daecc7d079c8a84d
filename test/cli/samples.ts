// Repositories that the reference makes for the comparisons of read-only commands: one tree of files in several modes,
// with history, metadata of many types, remotes' refs, aliases, collections and a history cut short.

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runReference } from '../reference.ts'

export const SAMPLE_MODES = ['archive', 'bare', 'bare-user', 'bare-user-only'] as const

export interface Samples {
  /** Holds a repository a mode, named as the mode, and `cut`, a copy of `archive` without the oldest commit. */
  readonly dir: string
  remove(): void
}

/** Runs the reference and insists on success. */
export async function reference(dir: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runReference(args, { cwd: dir })
  if (code !== 0) throw new Error(`ostree ${args.join(' ')}: ${stderr}`)
  return stdout.trimEnd()
}

export async function makeSamples(): Promise<Samples> {
  const dir = mkdtempSync(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-cli-'))
  makeTree(join(dir, 'tree'))
  for (const mode of SAMPLE_MODES) await makeRepo(dir, mode)
  await reference(dir, 'init', '--repo=cut', '--mode=archive')
  await reference(dir, 'pull-local', '--repo=cut', 'archive', 'main')
  await reference(dir, 'init', '--repo=empty', '--mode=archive')
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

function makeTree(tree: string): void {
  mkdirSync(join(tree, 'usr/lib/deep/er'), { recursive: true })
  mkdirSync(join(tree, 'empty-dir'))
  writeFileSync(join(tree, 'usr/lib/os-release'), 'NAME=sample\n')
  writeFileSync(
    join(tree, 'usr/lib/deep/er/blob'),
    Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * i) & 255)),
  )
  writeFileSync(join(tree, 'usr/lib/run'), '#!/bin/sh\n', { mode: 0o755 })
  writeFileSync(join(tree, 'nothing'), '')
  writeFileSync(join(tree, 'naïve ☃.txt'), 'snow')
  writeFileSync(join(tree, 'two words'), 'x')
  writeFileSync(join(tree, 'line\nbreak'), 'y')
  writeFileSync(join(tree, '-dash'), 'z')
  symlinkSync('usr/lib/os-release', join(tree, 'link'))
  symlinkSync('../usr/lib', join(tree, 'empty-dir/up'))
  symlinkSync('nowhere', join(tree, 'dangling'))
  symlinkSync('loop', join(tree, 'loop'))
  chmodSync(join(tree, 'empty-dir'), 0o750)
  try {
    execFileSync('setfattr', ['-n', 'user.note', '-v', "it's\ttext", join(tree, 'usr/lib/os-release')])
    execFileSync('setfattr', ['-n', 'user.raw', '-v', '0x00ff10', join(tree, 'usr')])
  } catch (error) {
    // Without setfattr the objects have no attributes, and everything else is compared all the same.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

async function makeRepo(dir: string, mode: string): Promise<void> {
  const ostree = (command: string, ...args: string[]) => reference(dir, command, `--repo=${mode}`, ...args)
  const commit = (...args: string[]) => ostree('commit', ...args)
  const perms = mode === 'bare-user-only' ? ['--canonical-permissions', '--no-xattrs'] : []
  await ostree('init', `--mode=${mode}`)
  const first = await commit('-b', 'main', '-s', 'First', '--timestamp=2026-01-02 03:04:05Z', ...perms, 'tree')
  writeFileSync(join(dir, 'tree/added'), mode)
  await commit(
    ...['-b', 'main', '-s', 'Second', '-m', 'A body\n\n  of lines\nwithout an end', '--generate-sizes'],
    ...['--timestamp=@1', '--add-metadata-string=version=1.2.3', '--add-metadata-string=empty='],
    ...['--add-metadata=u=uint32 1', '--add-metadata=t=uint64 72623859790382856', '--add-metadata=x=int64 -5'],
    ...['--add-metadata=n=int16 -2', '--add-metadata=q=uint16 258', '--add-metadata=d=1.5', '--add-metadata=b=true'],
    ...['--add-metadata=ay=[byte 1, 2, 255]', "--add-metadata=bs=b'text'", "--add-metadata=as=['a', 'ü\\n']"],
    ...["--add-metadata=dict={'k': <uint32 7>, 'm': <@mi nothing>}", "--add-metadata=tup=('x', 1, <[@s 'q']>)"],
    ...['--add-detached-metadata-string=note=hello', '--add-detached-metadata-string=also=there', ...perms, 'tree'],
  )
  await commit('-b', 'main', '-s', '', '--timestamp=@2000000000', '--no-bindings', ...perms, 'tree')
  await commit('-b', 'other/deep/branch', '-s', 'Üther\nwith two lines', '--timestamp=@7', ...perms, 'tree/usr')
  await commit('--orphan', '-s', 'Orphan', '--timestamp=@8', ...perms, 'tree/usr/lib')
  await ostree('refs', '--create=origin:main', 'main')
  await ostree('refs', '--create=origin:only/remote', first)
  await ostree('refs', '--create=upstream:other', first)
  await ostree('refs', '--alias', '--create=alias', 'main')
  await ostree('refs', '--alias', '--create=sub/alias', 'other/deep/branch')
  await ostree('refs', '--collections', '--create=org.example.Collection:mirrored', 'main')
  await ostree('remote', 'add', '--collection-id=org.example.Origin', 'origin', 'https://example.com/repo')
  await ostree('remote', 'add', '--no-gpg-verify', '--set=key=a;b c', 'second', 'metalink=https://example.com/m', 'x/y')
  await ostree('config', 'set', '--group=remote "third"', 'contenturl', ' spaced\\')
  rmSync(join(dir, 'tree/added'))
}
