// Checkouts by both commands of the same commits, in every mode and with every option: the same trees, to the last
// inode, and the same words.

import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import type { Platform } from '../../../src/platform/types.ts'
import { runInProcess } from '../../cli/in-process.ts'
import { referenceMissing, testWithReference } from '../../reference.ts'
import { expectSame } from './both.ts'
import { IS_ROOT, MODES, makeRepositories } from './samples.ts'

const modes = MODES.filter((mode) => IS_ROOT || (mode !== 'bare' && mode !== 'bare-split-xattrs'))
let platform: Platform
let dir: string

beforeAll(async () => {
  if (referenceMissing !== undefined) return
  platform = await nodePlatform({ workers: 1 })
  dir = mkdtempSync(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-checkout-'))
  await makeRepositories(platform, dir, modes)
}, 60_000)
afterAll(async () => {
  if (dir !== undefined) await rm(dir, { recursive: true, force: true })
})

const FRESH: readonly (readonly string[])[] = [
  [],
  ['-U'],
  ['-H'],
  ['-UH'],
  ['-C'],
  ['-UC'],
  ['-z'],
  ['-M'],
  ['-CM', '--union'],
  ['-U', '--disable-cache'],
  ['--union'],
  ['--union-add'],
  ['-UH', '--union-identical'],
  ['-H', '--union-identical'],
  ['--subpath=/d/e'],
  ['--subpath=d', '-UC'],
  ['--subpath=/top'],
  ['--subpath=top', '-UC'],
  ['--subpath=/link', '-C'],
  ['--subpath=/'],
  ['--subpath=/', '-M'],
  ['--subpath=', '-M'],
  ['--subpath=/nowhere'],
  ['--subpath=/nowhere', '-C'],
  ['--subpath=/nowhere', '--allow-noent'],
  ['--subpath=/nowhere', '--allow-noent', '-C'],
  ['--subpath=/d/run/x', '--allow-noent'],
  ['--subpath=/d/'],
  ['--skip-list=../skip-list'],
  ['--skip-list=../skip-list', '--subpath=/d', '-C'],
  ['--skip-list=../nowhere'],
  ['--fsync=false', '-U'],
]

for (const mode of modes) {
  testWithReference(
    `${mode}: fresh checkouts with each set of options`,
    async () => {
      writeFileSync(join(dir, 'skip-list'), '/d/e/\n\n/d/run\n/top\n/link\n/usr/lib\n/run\n')
      for (const options of FRESH) await expectSame(platform, dir, [...options, 'plain', 'out'], { repo: mode })
    },
    { timeout: 120_000 },
  )
}

/** What is in the way of the branch `union`, and how it came there. */
const IN_THE_WAY: Readonly<Record<string, (out: string, cwd: string) => void>> = {
  nothing: () => {},
  'other files': (out) => writeFileSync(join(out, 'mine'), 'mine'),
  'a file for a file': (out) => writeFileSync(join(out, 'top'), 'other'),
  'the same file': (out) => writeFileSync(join(out, 'top'), 'top\n'),
  'a directory for a file': (out) => mkdirSync(join(out, 'top/full'), { recursive: true }),
  'a link for a file': (out) => symlinkSync('../elsewhere', join(out, 'top')),
  'a directory': (out) => mkdirSync(join(out, 'd'), { mode: 0o711 }),
  'a file for a directory': (out) => writeFileSync(join(out, 'd'), ''),
  'a link inside for a directory': (out) => {
    mkdirSync(join(out, 'real/x'), { recursive: true })
    symlinkSync('real/x/../../hop', join(out, 'd'))
    symlinkSync('./real/x', join(out, 'hop'))
  },
  'a dangling link for a directory': (out) => symlinkSync('nowhere', join(out, 'd')),
  'a link to itself for a directory': (out) => symlinkSync('d', join(out, 'd')),
  'a file for a link': (out) => writeFileSync(join(out, 'link'), ''),
  'a directory for a link': (out) => mkdirSync(join(out, 'link')),
  'the same link': (out) => symlinkSync('top', join(out, 'link')),
  'another link': (out) => symlinkSync('other', join(out, 'link')),
  'an empty file': (out) => writeFileSync(join(out, 'empty'), ''),
  'a file for an empty file': (out) => writeFileSync(join(out, 'empty'), 'full'),
  'a directory for an empty file': (out) => mkdirSync(join(out, 'empty')),
}
const UNIONS: readonly (readonly string[])[] = [
  [],
  ['--union'],
  ['--union', '-C'],
  ['--union', '--whiteouts'],
  ['--union', '--whiteouts', '-C'],
  ['--union-add'],
  ['--union-add', '-C', '--disable-cache'],
  ['--union-identical', '-H'],
]
const modesOfUnions = modes.filter((mode) => mode === 'bare' || mode === 'bare-user' || mode === 'archive')

/** Copies meet what is there in one way, whatever they are copied from. */
const onlyOnce = (options: readonly string[]) => options.includes('-C') && options.length > 2
for (const mode of modesOfUnions) {
  for (const options of mode === 'bare' ? UNIONS : UNIONS.filter((words) => !onlyOnce(words))) {
    const words = mode.startsWith('bare-user') || mode === 'archive' ? [...options, '-U'] : options
    testWithReference(
      `${mode}: ${words.join(' ')} over what is there`,
      async () => {
        for (const make of Object.values(IN_THE_WAY)) {
          const before = (cwd: string) => {
            mkdirSync(join(cwd, 'out'))
            make(join(cwd, 'out'), cwd)
          }
          await expectSame(platform, dir, [...words, 'union', 'out'], { repo: mode, before })
        }
      },
      { timeout: 120_000 },
    )
  }
}

testWithReference(
  'a second checkout into the first',
  async () => {
    for (const mode of modesOfUnions) {
      for (const options of UNIONS) {
        const words = mode === 'bare' ? options : [...options, '-U']
        const afterwards = [
          [...words, 'union', 'out'],
          [...words, 'plain', 'out'],
        ]
        await expectSame(platform, dir, [...words, 'union', 'out'], { repo: mode, afterwards })
      }
    }
  },
  { timeout: 120_000 },
)

const LAYER_BELOW = (cwd: string) => {
  const layer = join(cwd, 'out/layer')
  mkdirSync(join(layer, 'gone-dir/deep'), { recursive: true })
  mkdirSync(join(layer, 'opaque/hidden'), { recursive: true })
  mkdirSync(join(layer, 'kept'))
  for (const name of ['gone', 'stays', 'gone-dir/deep/file', 'opaque/file', 'kept/file', 'new', 'device']) {
    writeFileSync(join(layer, name), 'below')
  }
}

testWithReference(
  'whiteouts in both styles, over a layer and over nothing',
  async () => {
    const styles = [
      ['--whiteouts'],
      ['--process-passthrough-whiteouts'],
      ['--whiteouts', '--process-passthrough-whiteouts'],
    ]
    for (const mode of modes) {
      for (const style of styles) {
        for (const union of [[], ['--union'], ['--union-add'], ['--union-identical', '-H']]) {
          for (const user of mode === 'bare' ? [[], ['-U']] : [['-U']]) {
            const words = [...style, ...union, ...user, 'whiteouts', 'out']
            await expectSame(platform, dir, words, { repo: mode })
            if (union.length > 0) await expectSame(platform, dir, words, { repo: mode, before: LAYER_BELOW })
          }
        }
      }
    }
  },
  { timeout: 120_000 },
)

testWithReference('lines that ask for what cannot be', async () => {
  const lines: readonly (readonly string[])[] = [
    [],
    ['--union', '--union-add', 'plain', 'out'],
    ['--union', '--union-identical', 'plain', 'out'],
    ['--union-add', '--union-identical', 'plain', 'out'],
    ['-H', '-C', 'plain', 'out'],
    ['--union-identical', 'plain', 'out'],
    ['--selinux-prefix=/x', 'plain', 'out'],
    ['-H', '--selinux-policy=/', 'plain', 'out'],
    ['--selinux-policy=/nowhere-at-all', 'plain', 'out'],
    ['--composefs', '-H', 'plain', 'out'],
    ['nowhere', 'out'],
    ['1'.repeat(64), 'out'],
    ['-C', '1'.repeat(64), 'out'],
    ['plain', 'no/such/parent'],
    ['plain', '.'],
    ['--union', 'plain', '../union/top'],
    ['--union', '-C', 'plain', '../union/top'],
    ['--subpath=/top', 'plain', '../union/top'],
    ['--subpath=/top', '-C', 'plain', 'no/such/parent'],
    ['--from-file=nowhere', 'out'],
    ['--fsync=maybe', 'plain', 'out'],
    ['plain'],
  ]
  const repo = modes[modes.length - 2]!
  for (const line of lines) await expectSame(platform, dir, line, { repo })
})

testWithReference('one file into the current directory, and one file twice', async () => {
  for (const mode of modes) {
    for (const words of [['-UC'], ['-U'], ['--union', '-C'], ['--union-add', '-C']]) {
      await expectSame(platform, dir, [...words, '--subpath=/d/run', 'plain', '.'], { repo: mode })
      const line = [...words, '--subpath=/d/run', 'plain', 'out']
      await expectSame(platform, dir, line, { repo: mode, afterwards: [line] })
    }
  }
})

testWithReference('many checkouts from a list', async () => {
  const lists: Readonly<Record<string, string>> = {
    two: 'plain\0/d\0plain\0/usr\0',
    'one without an end': 'plain\0/d/e',
    'a revision alone': 'plain',
    'an empty revision': 'plain\0/d\0\0/usr\0plain\0/\0',
    'a bad path': 'plain\0/d\0plain\0/nowhere\0',
    'a bad revision': 'nowhere\0/d\0',
    none: '',
  }
  for (const list of Object.values(lists)) {
    const input = new TextEncoder().encode(list)
    const before = (cwd: string) => writeFileSync(join(cwd, 'list'), input)
    await expectSame(platform, dir, ['--union', '--from-stdin', 'out'], { repo: 'archive', input })
    await expectSame(platform, dir, ['--union', '--from-file=list', 'out'], { repo: 'archive', before })
    await expectSame(platform, dir, ['--union', '-C', '--from-file=list', '--subpath=/top', 'out'], {
      repo: 'archive',
      before,
    })
    await expectSame(platform, dir, ['--union', '--allow-noent', '--from-file=list', 'out'], {
      repo: 'archive',
      before,
    })
  }
})

testWithReference('the uncompressed cache: filled, linked to, left alone', async () => {
  const again = ['-U', 'plain', 'out2']
  await expectSame(platform, dir, ['-U', 'plain', 'out'], { repo: 'archive', ownRepo: true, afterwards: [again] })
  const afterwards = [
    ['-U', 'union', 'out2'],
    ['-U', '--union', 'union', 'out2'],
    ['-UC', 'plain', 'out3'],
  ]
  await expectSame(platform, dir, ['-U', '--disable-cache', 'plain', 'out'], {
    repo: 'archive',
    ownRepo: true,
    afterwards,
  })
})

function writePolicy(root: string): void {
  const folder = join(root, 'etc/selinux/targeted')
  mkdirSync(join(folder, 'contexts/files'), { recursive: true })
  mkdirSync(join(folder, 'policy'))
  writeFileSync(join(root, 'etc/selinux/config'), 'SELINUX=enforcing\nSELINUXTYPE=targeted\n')
  writeFileSync(join(folder, 'policy/policy.33'), 'not looked into')
  const label = (type: string) => `system_u:object_r:${type}_t:s0\n`
  const lines = [
    ['/.*', 'default'],
    ['/d(/.*)?', 'below_d'],
    ['/usr/lib/big', 'big'],
    ['/prefix/.*', 'prefixed'],
    ['/prefix/usr/lib/.*', 'library'],
  ]
  const contexts = lines.map(([pattern, type]) => `${pattern}\t${label(type!)}`).join('')
  writeFileSync(join(folder, 'contexts/files/file_contexts'), contexts)
}

testWithReference(
  'labels from a policy, whatever the prefix and the subpath',
  async ({ skip }) => {
    if (!IS_ROOT) skip('only root may set security attributes')
    writePolicy(join(dir, 'policy'))
    for (const mode of modes) {
      for (const words of [
        [],
        ['-U'],
        ['--selinux-prefix=/prefix'],
        ['--selinux-prefix=/prefix/'],
        ['--selinux-prefix=/prefix', '--subpath=/usr/lib'],
        ['--subpath=/d'],
        ['--subpath=/d/run'],
        ['--skip-list=../skip-labels'],
        ['--union'],
      ]) {
        writeFileSync(join(dir, 'skip-labels'), '/d/e/\n/top\n')
        await expectSame(platform, dir, ['--selinux-policy=../policy', ...words, 'plain', 'out'], { repo: mode })
      }
    }
    const { stderr } = await runInProcess(['checkout', `--repo=${dir}/bare`, '--selinux-policy=plain', 'plain', 'no'], {
      cwd: dir,
    })
    expect(stderr).toBe('error: No SELinux policy is in force in plain\n') // the reference crashes
  },
  { timeout: 120_000 },
)
