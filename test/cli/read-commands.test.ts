// Read-only commands on repositories that the reference made: the same words give the same stdout, stderr and exit code.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { referenceMissing, runReference, testWithReference } from '../reference.ts'
import { runInProcess, seen } from './in-process.ts'
import { makeSamples, reference, SAMPLE_MODES, type Samples } from './samples.ts'

let samples: Samples
/** Names that stand for checksums in the lines below. */
const marks = new Map<string, string>()

beforeAll(async () => {
  if (referenceMissing !== undefined) return
  samples = await makeSamples()
  const { dir } = samples
  writeFileSync(join(dir, 'data.bin'), Buffer.from('00000001', 'hex'))
  for (const mode of SAMPLE_MODES) {
    const rev = (name: string) => reference(dir, 'rev-parse', `--repo=${mode}`, name)
    marks.set(`${mode} HEAD`, await rev('main'))
    marks.set(`${mode} PARENT`, await rev('main^'))
    const listing = await reference(dir, 'ls', `--repo=${mode}`, '-R', '-C', 'main')
    const checksums = (path: string) =>
      listing
        .split('\n')
        .find((line) => line.endsWith(` ${path}`) || line.includes(` ${path} ->`))!
        .match(/[0-9a-f]{64}/g)!
    marks.set(`${mode} FILE`, checksums('/usr/lib/os-release')[0]!)
    marks.set(`${mode} LINK`, checksums('/link')[0]!)
    marks.set(`${mode} TREE`, checksums('/usr')[0]!)
    marks.set(`${mode} META`, checksums('/usr')[1]!)
  }
}, 120_000)
afterAll(() => samples?.remove())

const ABSENT = '0123456789abcdef'.repeat(4)

/** Words after the command and `--repo`. `HEAD`, `PARENT`, `FILE`, `LINK`, `TREE` and `META` stand for checksums. */
const LINES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'rev-parse': [
    [],
    ['main'],
    ['main^'],
    ['main^^'],
    ['main^^^'],
    ['main', 'other/deep/branch', 'alias', 'sub/alias'],
    ['main', 'nosuch', 'main'],
    ['origin:main'],
    ['origin:only/remote'],
    ['only/remote'],
    ['other'],
    ['origin/only/remote'],
    ['upstream:nosuch'],
    ['nosuchremote:main'],
    ['other/deep'],
    ['nosuch^'],
    ['nosuch^^'],
    ['main/x'],
    ['origin:main/x'],
    ['only/remote/x'],
    ['origin/main/x'],
    ['HEAD'],
    ['HEAD^'],
    [ABSENT],
    [`${ABSENT}^`],
    [ABSENT.slice(1)],
    [`${ABSENT}0`],
    ['a'],
    ['A'],
    [''],
    ['^'],
    ['/main'],
    ['main/'],
    ['..'],
    ['mai n'],
    ['ma\nin'],
    ['origin:'],
    [':main'],
    ['-S'],
    ['-S', 'main'],
    ['--single'],
    ['--', 'main'],
    ['--', '--'],
  ],
  refs: [
    [],
    ['-r'],
    ['--list'],
    ['--list', '-r'],
    ['-A'],
    ['-A', '-r'],
    ['-c'],
    ['-c', '-r'],
    ['-c', 'org.example.Collection'],
    ['-c', 'org.example.Origin'],
    ['-c', 'org.example.Nosuch'],
    ['-c', 'nodots'],
    ['main'],
    ['other'],
    ['other', '-r'],
    ['other/deep'],
    ['--list', 'other'],
    ['--list', 'other/deep/branch'],
    ['other/deep/branch'],
    ['-A', 'sub'],
    ['-A', 'main'],
    ['sub'],
    ['origin:'],
    ['origin:.'],
    ['--list', 'origin:'],
    ['--list', 'origin:only'],
    ['origin:only'],
    ['origin'],
    ['nosuch'],
    ['nosuch:x'],
    ['main/x'],
    ['origin:main/x'],
    ['main', 'other', 'nosuch'],
    ['..'],
    ['a b'],
    ['.'],
    [''],
    ['--delete'],
    ['--create=new'],
    ['--create=new', 'main', 'other'],
    ['--create=main', 'main'],
    ['--create=new', 'nosuch'],
    ['--create=bad name', 'main'],
    ['--create=new', ''],
    ['--create=origin:main', 'main'],
    ['-A', '--create=new', 'nosuch'],
    ['-A', '--create=origin:new', 'main'],
    ['-A', '--create=main', 'other/deep/branch'],
    ['-c', '--create=nodots:ref', 'main'],
    ['-c', '--create=org.example.C:', 'main'],
    ['--delete', 'main'],
    ['--delete', 'a b'],
  ],
  log: [
    [],
    ['main'],
    ['main^'],
    ['--raw', 'main'],
    ['other/deep/branch'],
    ['HEAD'],
    ['nosuch'],
    [ABSENT],
    ['FILE'],
    ['main', 'other'],
  ],
  show: [
    [],
    ['main'],
    ['main^'],
    ['main^^'],
    ['--raw', 'main'],
    ['--raw', 'main^'],
    ['-B', 'main^'],
    ['--raw', '-B', 'main^'],
    ['HEAD'],
    ['FILE'],
    ['LINK'],
    ['TREE'],
    ['META'],
    ['--raw', 'TREE'],
    ['--raw', 'META'],
    ['-B', 'TREE'],
    ['-B', 'META'],
    ['--raw', 'FILE'],
    [ABSENT],
    ['nosuch'],
    [''],
    ['--print-related', 'main'],
    ['--print-related', 'nosuch'],
    ['--list-metadata-keys', 'main'],
    ['--list-metadata-keys', 'main^'],
    ['--list-metadata-keys', 'FILE'],
    ['--list-detached-metadata-keys', 'main'],
    ['--list-detached-metadata-keys', 'main^'],
    ['--print-detached-metadata-key=note', 'main^'],
    ['--print-detached-metadata-key=nosuch', 'main^'],
    ['--print-detached-metadata-key=note', 'main'],
    ...[
      'version',
      'empty',
      'u',
      't',
      'x',
      'n',
      'q',
      'd',
      'b',
      'ay',
      'bs',
      'as',
      'dict',
      'tup',
      'nosuch',
      'ostree.sizes',
      'ostree.ref-binding',
    ].flatMap((key) => [
      [`--print-metadata-key=${key}`, 'main^'],
      [`--print-metadata-key=${key}`, '--print-hex', 'main^'],
      [`--print-metadata-key=${key}`, '-B', 'main^'],
    ]),
    ['--print-metadata-key=version', 'nosuch'],
    ['--print-metadata-key=version', ABSENT],
    ['--print-metadata-key=version', '--print-detached-metadata-key=note', 'main^'],
    ['--print-sizes', 'main'],
    ['--print-sizes', 'main^'],
    ['--print-sizes', ABSENT],
    ['--print-variant-type=u', 'data.bin'],
    ['--print-variant-type=ay', 'data.bin'],
    ['--print-variant-type=(yyyy)', 'data.bin'],
    ['--print-variant-type=s', 'data.bin'],
    ['--print-variant-type=v', 'data.bin'],
    ['--print-variant-type=u', 'nosuch.bin'],
    ['--print-variant-type=u', 'tree'],
  ],
  ls: [
    [],
    ['main'],
    ['-R', 'main'],
    ['-d', 'main'],
    ['-d', '-R', 'main'],
    ['-R', '-C', 'main'],
    ['-R', '-X', 'main'],
    ['-R', '-C', '-X', 'main'],
    ['--nul-filenames-only', 'main'],
    ['--nul-filenames-only', '-R', 'main'],
    ['--nul-filenames-only', '-d', 'main', '/usr', '/link'],
    ['main', '/usr'],
    ['main', 'usr'],
    ['main', '/usr/'],
    ['main', '/usr/lib/os-release'],
    ['main', '/link'],
    ['main', '/empty-dir/up'],
    ['main', '/empty-dir/up/os-release'],
    ['main', '/nosuch'],
    ['main', '/usr', '/nosuch', '/usr/lib'],
    ['main', '/usr/lib/os-release/x'],
    ['main', ''],
    ['main', '.'],
    ['main', '..'],
    ['main', '/usr/../usr'],
    ['main', '/usr//lib'],
    ['main', '//'],
    ['main', '/line\nbreak'],
    ['main', '--', '-dash'],
    ['main', '-dash'],
    ['main', '/naïve ☃.txt'],
    ['nosuch'],
    ['nosuch', '/usr'],
    ['FILE'],
    [ABSENT],
    ['other/deep/branch', '/lib'],
  ],
  cat: [
    [],
    ['main'],
    ['main', '/usr/lib/os-release'],
    ['main', 'usr/lib/os-release', '/nothing', '/two words'],
    ['main', '/usr/lib/deep/er/blob'],
    ['main', '/link'],
    ['main', '/dangling'],
    ['main', '/usr'],
    ['main', '/empty-dir/up'],
    ['main', '/nosuch'],
    ['main', '/usr/lib/os-release', '/nosuch', '/two words'],
    ['main', '/'],
    ['nosuch', '/x'],
  ],
  diff: [
    [],
    ['main'],
    ['main^'],
    ['main^^'],
    ['main^', 'main'],
    ['main', 'main^'],
    ['main', 'main'],
    ['main', 'other/deep/branch'],
    ['--stats', 'main'],
    ['--stats', 'main', 'other/deep/branch'],
    ['--stats', '--fs-diff', 'main^', 'main'],
    ['main', './tree'],
    ['./tree', 'main'],
    ['--no-xattrs', 'main', './tree'],
    ['--owner-uid=5', '--owner-gid=5', 'main', './tree'],
    ['./tree', './tree'],
    ['./tree/usr/lib/deep', './tree/usr/lib/deep/er'],
    ['main', './data.bin/x'],
    ['--stats', './tree', 'main'],
    ['main', 'nosuch'],
    ['nosuch'],
    ['main', './nosuch'],
    ['main', 'tree'],
  ],
  config: [
    [],
    ['get'],
    ['get', 'core.mode'],
    ['get', '--group=core', 'mode'],
    ['get', '--group=remote "origin"', 'url'],
    ['get', '--group=remote "third"', 'contenturl'],
    ['get', '--group=remote "second"', 'key'],
    ['get', '--group=nosuch', 'x'],
    ['get', '--group=core', 'nosuch'],
    ['get', 'core.nosuch'],
    ['get', 'nosuch.x'],
    ['get', 'nodot'],
    ['get', '.x'],
    ['get', 'core.'],
    ['get', 'core.a.b'],
    ['get', '--group=core'],
    ['get', 'core.mode', 'extra'],
    ['set'],
    ['set', 'core.x'],
    ['set', '--group=core', 'x'],
    ['set', '--group=core'],
    ['set', 'nodot', 'y'],
    ['set', 'core.x', 'y', 'extra'],
    ['set', 'core.mode', 'nosuch'],
    ['set', 'core.repo_version', '2'],
    ['set', 'core.min-free-space-size', 'invalid'],
    ['set', 'core.min-free-space-percent', '100'],
    ['set', 'core.fsync', 'maybe'],
    ['unset'],
    ['unset', 'nodot'],
    ['unset', '--group=core'],
    ['unset', 'core.nosuch'],
    ['unset', 'nosuch.x'],
    ['unset', 'core.x', 'extra'],
    ['nosuch'],
    ['nosuch', 'a', 'b'],
    ['nosuch', 'a'],
  ],
  'remote list': [[], ['-u'], ['extra']],
  'remote show-url': [[], ['origin'], ['second'], ['third'], ['nosuch'], ['file:///x'], ['origin', 'second']],
  'remote add': [
    [],
    ['name'],
    ['origin', 'url'],
    ['bad name', 'url'],
    ['new', 'url', '--force', '--if-not-exists'],
    ['new', 'url', '--set=nothing'],
    ['new', 'url', '--sign-verify=x'],
    ['new', 'url', '--sign-verify=nosuch=inline:k'],
    ['new', 'url', '--sign-verify=dummy=other:k'],
    ['new', 'url', '--sign-verify=dummy=inline'.slice(0, -2)],
    ['new', 'url', '--sign-verify=dummy=inline:k', '--no-sign-verify'],
    ['--custom-backend=x'],
  ],
  'remote delete': [[], ['nosuch'], ['nosuch', '--if-exists'], ['bad name']],
  reset: [[], ['main'], ['nosuch', 'main'], ['main', 'nosuch'], ['origin:nosuch', 'main']],
  init: [['--mode=nosuch'], ['--mode'], ['--collection-id=nodots']],
}

/** Lines that only say something new in one repository. */
const ONLY_ARCHIVE = new Set(['config', 'remote list', 'remote show-url', 'remote add', 'remote delete', 'init'])

for (const mode of SAMPLE_MODES) {
  describe(`a ${mode} repository`, () => {
    for (const [command, lines] of Object.entries(LINES)) {
      if (mode !== 'archive' && ONLY_ARCHIVE.has(command)) continue
      describe(command, () => {
        for (const words of lines) {
          testWithReference(JSON.stringify(words), async () => {
            const named = words.map((word) =>
              word.replace(/HEAD|PARENT|FILE|LINK|TREE|META/, (m) => marks.get(`${mode} ${m}`)!),
            )
            await compare([...command.split(' '), `--repo=${mode}`, ...named])
          })
        }
      })
    }
  })
}

describe('other repositories, and none', () => {
  const lines = [
    ['log', '--repo=cut', 'main'],
    ['log', '--repo=cut', 'main^'],
    ['show', '--repo=cut', 'main^'],
    ['rev-parse', '--repo=cut', 'main^^'],
    ['rev-parse', '--repo=cut', '-S'],
    ['ls', '--repo=cut', 'main^'],
    ['rev-parse', '--repo=empty', '-S'],
    ['refs', '--repo=empty'],
    ['remote', 'list', '--repo=empty'],
    ['remote', 'list', '-u', '--repo=empty'],
    ['refs', '--repo=empty', 'x'],
    ['refs', '--repo=nosuch'],
    ['refs', '--repo=tree'],
    ['refs', '--repo=data.bin'],
    ['refs', '--repo='],
    ['refs', '--repo=./archive/../empty/.'],
    ['refs'],
    ['init'],
    ['init', '--repo=no/such/parent'],
    ['init', '--repo=data.bin'],
    ['checksum'],
    ['checksum', 'tree/usr/lib/os-release'],
    ['checksum', 'tree/link'],
    ['checksum', 'tree/usr'],
    ['checksum', 'tree/nosuch'],
    ['checksum', '--ignore-xattrs', 'tree/usr/lib/os-release'],
    ['checksum', '--ignore-xattrs', 'tree/nosuch'],
    ['checksum', '--ignore-xattrs', 'tree/usr'],
    ['checksum', '/dev/null'],
    ['checksum', '--ignore-xattrs', '/dev/null'],
    ['checksum', 'tree/two words', 'tree/nothing'],
  ]
  for (const line of lines) testWithReference(JSON.stringify(line), () => compare(line))
})

async function compare(line: readonly string[]): Promise<void> {
  const { dir } = samples
  const expected = seen(await runReference(line, { cwd: dir }))
  expect(seen(await runInProcess(line, { cwd: dir }))).toEqual(expected)
}
