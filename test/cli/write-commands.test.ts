// Commands that change a repository without making objects: the same lines on two copies of a repository give the same
// outputs and leave the same config, refs and folders behind.

import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { referenceMissing, runReference, temporaryDirectory, testWithReference } from '../reference.ts'
import { runInProcess, seen } from './in-process.ts'
import { makeSamples, type Samples } from './samples.ts'

let samples: Samples
beforeAll(async () => {
  if (referenceMissing === undefined) samples = await makeSamples()
}, 120_000)
afterAll(() => samples?.remove())

const REPO = '--repo=repo'

const SEQUENCES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'refs: make, replace, delete': [
    ['refs', REPO, '--create=one', 'main'],
    ['refs', REPO, '--create=one', 'main^'],
    ['refs', REPO, '--create=one', '--force', 'main^'],
    ['refs', REPO, '--create=a/b/c', 'main'],
    ['refs', REPO, '--create=a/b', 'main'],
    ['refs', REPO, '--create=a/b/c/d', 'main'],
    ['refs', REPO, '--create=a', '--force', 'main'],
    ['refs', REPO, '--create=fresh:x/y', 'main'],
    ['refs', REPO, '--create=fresh:x', 'main'],
    ['refs', REPO, '--create=only/remote', 'origin:main'],
    ['refs', REPO, '--create=only', 'main'],
    ['refs', REPO, '-r'],
    ['refs', REPO, '--delete', 'a'],
    ['refs', REPO, '--create=a', 'main'],
    ['refs', REPO, '--delete', 'nosuch', 'one'],
    ['refs', REPO, '--delete', 'origin:'],
    ['refs', REPO, '--delete', 'fresh:x/y'],
    ['refs', REPO, '-r'],
  ],
  'refs: aliases': [
    ['refs', REPO, '-A', '--create=latest', 'other/deep/branch'],
    ['refs', REPO, '-A', '--create=deep/er/latest', 'other/deep/branch'],
    ['refs', REPO, '-A', '--create=latest', 'main'],
    ['refs', REPO, '-A', '--create=second', 'latest'],
    ['refs', REPO, '-A'],
    ['refs', REPO, '--delete', 'main'],
    ['refs', REPO, '--delete', 'alias'],
    ['refs', REPO, '-A', '--delete', 'latest'],
    ['refs', REPO, '--create=latest', 'main^'],
    ['refs', REPO, '-A', '--create=main', 'latest', '--force'],
    ['refs', REPO, '-A', '-r'],
    ['rev-parse', REPO, 'latest', 'main', 'deep/er/latest'],
  ],
  'refs: collections': [
    ['refs', REPO, '-c', '--create=org.example.New:one', 'main'],
    ['refs', REPO, '-c', '--create=org.example.New:one', 'main^'],
    ['refs', REPO, '-c', '--create=org.example.New:one', '--force', 'main^'],
    ['refs', REPO, '-c', '--create=org.example.New:two/three', 'main'],
    ['config', REPO, 'set', 'core.collection-id', 'org.example.Own'],
    ['refs', REPO, '-c', '--create=org.example.Own:mine', 'main'],
    ['refs', REPO, '-c', '-r'],
    ['refs', REPO, '-c', '--delete', 'org.example.New'],
    ['refs', REPO, '-c', '-r'],
  ],
  'refs with a summary kept up to date': [
    ['config', REPO, 'set', 'core.auto-update-summary', 'true'],
    ['refs', REPO, '--create=one', 'main'],
    ['refs', REPO, '--delete', 'other'],
    ['reset', REPO, 'main', 'main^'],
  ],
  config: [
    ['config', REPO, 'set', 'core.min-free-space-size', '100MB'],
    ['config', REPO, 'set', 'core.min-free-space-size', 'invalid'],
    ['config', REPO, 'get', 'core.min-free-space-size'],
    ['config', REPO, 'set', 'new.key', ' leading\ttab'],
    ['config', REPO, 'set', '--group=remote "origin"', 'xa.title', 'Ä title; with \\ things'],
    ['config', REPO, 'set', '--group=remote "fourth"', 'url', 'https://example.com'],
    ['config', REPO, 'get', '--group=remote "origin"', 'xa.title'],
    ['config', REPO, '--', 'set', 'core.lock-timeout-secs', '-1'],
    ['config', REPO, 'unset', 'core.lock-timeout-secs'],
    ['config', REPO, 'unset', 'core.lock-timeout-secs'],
    ['config', REPO, 'unset', '--group=new', 'key'],
    ['config', REPO, 'set', 'core.mode', 'bare-user-only'],
    ['config', REPO, 'get', 'core.mode'],
    ['config', REPO, 'set', '', 'x'],
    ['config', REPO, 'set', 'a.b.c', 'd'],
    ['config', REPO, 'get', 'a.b.c'],
    ['remote', 'list', REPO, '-u'],
  ],
  remotes: [
    ['remote', 'add', REPO, 'plain', 'https://example.com/plain'],
    ['remote', 'add', REPO, 'plain', 'https://example.com/again'],
    ['remote', 'add', REPO, '--if-not-exists', 'plain', 'https://example.com/again'],
    ['remote', 'show-url', REPO, 'plain'],
    ['remote', 'add', REPO, '--force', 'plain', 'https://example.com/again', 'a', 'b;c', 'd e'],
    ['remote', 'add', REPO, '--force', 'other', 'metalink=https://example.com/meta'],
    ['remote', 'add', REPO, '--no-sign-verify', 'unsigned', 'url'],
    ['remote', 'add', REPO, '--no-gpg-verify', '--contenturl=https://c', '--collection-id=org.example.X', 'c', 'url'],
    ['remote', 'add', REPO, '--set=a=1', '--set=a=2', '--set=url=3', '--set=b=', 'sets', 'url'],
    ['remote', 'add', REPO, '--custom-backend=x', 'custom'],
    ['remote', 'add', REPO, '--custom-backend=x', 'custom2', 'url', 'branch'],
    ['remote', 'add', REPO, '--sign-verify=dummy=inline:key', '--sign-verify=dummy=file:/k', 'signed', 'url'],
    ['remote', 'list', REPO],
    ['remote', 'list', REPO, '-u'],
    ['remote', 'delete', REPO, 'plain'],
    ['remote', 'delete', REPO, 'plain'],
    ['remote', 'delete', REPO, '--if-exists', 'plain'],
    ['remote', 'delete', REPO, 'sets', 'custom'],
    ['remote', 'list', REPO],
  ],
  reset: [
    ['reset', REPO, 'main', 'main^'],
    ['rev-parse', REPO, 'main'],
    ['reset', REPO, 'origin:main', 'main'],
    ['reset', REPO, 'alias', 'main'],
    ['refs', REPO, '-r'],
    ['reset', REPO, 'other/deep/branch', 'origin:only/remote', 'extra'],
    ['refs', REPO, '-r'],
  ],
  init: [
    ...['bare', 'bare-user', 'bare-user-only', 'archive', 'archive-z2', 'bare-split-xattrs'].map((mode) => [
      'init',
      `--repo=new-${mode}`,
      `--mode=${mode}`,
    ]),
    ['init', '--repo=new-default'],
    ['init', '--repo=new-archive', '--mode=bare'],
    ['init', '--repo=new-collection', '--collection-id=org.example.New'],
    ['init', '--repo=new-a/b'],
    ['init', REPO, '--collection-id=org.example.New'],
    ['refs', '--repo=new-bare'],
    ['config', '--repo=new-collection', 'get', 'core.collection-id'],
  ],
}

for (const [name, lines] of Object.entries(SEQUENCES)) {
  testWithReference(name, async () => {
    const dir = await temporaryDirectory()
    const [theirs, ours] = [join(dir, 'theirs'), join(dir, 'oursss')]
    for (const side of [theirs, ours]) {
      mkdirSync(side)
      cpSync(join(samples.dir, 'archive'), join(side, 'repo'), { recursive: true, preserveTimestamps: true })
    }
    for (const line of lines) {
      const expected = seen(await runReference(line, { cwd: theirs }))
      const actual = seen(await runInProcess(line, { cwd: ours }))
      // Messages name the folder that each side works in.
      const anywhere = (side: string, output: object) => JSON.stringify({ line, ...output }).replaceAll(side, 'DIR')
      expect(anywhere(ours, actual)).toBe(anywhere(theirs, expected))
      expect(stateOf(ours)).toEqual(stateOf(theirs))
    }
  })
}

/** Objects, which these commands do not make, and what only one process leaves in `tmp` are left out. */
const LEFT_OUT = /^[^/]+\/(objects|tmp)\/./

function stateOf(dir: string): Readonly<Record<string, string>> {
  const state: Record<string, string> = {}
  for (const path of readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    if (LEFT_OUT.test(path)) continue
    const stat = lstatSync(join(dir, path))
    const mode = (stat.mode & 0o7777).toString(8)
    if (stat.isSymbolicLink()) state[path] = `-> ${readlinkSync(join(dir, path))}`
    else if (stat.isDirectory()) state[path] = `folder ${mode}`
    else if (path.endsWith('/summary'))
      state[path] = `summary ${mode}` // holds the time; test/repo compares its bytes
    else state[path] = `${mode} ${readFileSync(join(dir, path), 'utf8')}`
  }
  return state
}
