// The import rule catches what it forbids, and lets pass what it allows: tried on a small project of its own.

import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, temporaryDirectory } from '../reference.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const bin = (path: string): string => join(PROJECT, 'node_modules', path)

/** A project with `files`, beside everything in `TARGETS`. */
function projectWith(dir: string, files: Readonly<Record<string, string>>): void {
  for (const name of ['.dependency-cruiser.mjs', 'biome.json', 'package.json']) {
    cpSync(join(PROJECT, name), join(dir, name))
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(dir, 'node_modules'))
  const targets = Object.fromEntries(TARGETS.map((path) => [path, 'export const value = 1']))
  for (const [path, code] of Object.entries({ ...targets, ...files })) {
    mkdirSync(join(dir, dirname(path)), { recursive: true })
    writeFileSync(join(dir, path), `${code}\n`)
  }
}

const TARGETS = [
  'src/errors.ts',
  'src/operation.ts',
  'src/bytes/hex.ts',
  'src/gvariant/codec.ts',
  'src/objects/commit.ts',
  'src/sign/ed25519.ts',
  'src/tar/reader.ts',
  'src/repo/repo.ts',
  'src/repo/index.ts',
  'src/pull/pull.ts',
  'src/deltas/part.ts',
  'src/cli/main.ts',
  'src/cli/host.ts',
  'src/platform/types.ts',
  'src/platform/node/platform.ts',
  'src/platform/browser/platform.ts',
  'test/helper.ts',
]

/** `import { value } from` a file of the project, as `from` would write it. */
function importing(from: string, to: string): string {
  if (/^(node:|npm:)/.test(to)) return `import * as value from '${to.replace('npm:', '')}'\nexport const used = value`
  const path = relative(dirname(from), to)
  return `import { value } from '${path.startsWith('.') ? path : `./${path}`}'\nexport const used = value`
}

const FORBIDDEN: readonly (readonly [from: string, to: string, rule: string])[] = [
  ['src/gvariant/*.ts', 'src/objects/commit.ts', 'gvariant-imports-left'],
  ['src/bytes/*.ts', 'src/gvariant/codec.ts', 'bytes-imports-left'],
  ['src/objects/*.ts', 'src/repo/repo.ts', 'objects-imports-left'],
  ['src/objects/*.ts', 'src/sign/ed25519.ts', 'objects-imports-left'],
  ['src/tar/*.ts', 'src/repo/repo.ts', 'tar-imports-left'],
  ['src/repo/*.ts', 'src/pull/pull.ts', 'repo-imports-left'],
  ['src/repo/*.ts', 'src/cli/main.ts', 'repo-imports-left'],
  ['src/repo/*.ts', 'src/platform/node/platform.ts', 'repo-imports-left'],
  ['src/deltas/*.ts', 'src/pull/pull.ts', 'deltas-imports-left'],
  ['src/cli/*.ts', 'src/platform/browser/platform.ts', 'cli-imports-left'],
  ['src/platform/node/*.ts', 'src/gvariant/codec.ts', 'platform-stands-alone'],
  ['src/platform/node/*.ts', 'src/platform/browser/platform.ts', 'platforms-do-not-mix'],
  ['src/platform/*.ts', 'src/platform/node/platform.ts', 'shared-platform-code-is-neutral'],
  ['src/errors.ts', 'src/bytes/hex.ts', 'common-imports-nothing'],
  ['src/helpers/*.ts', 'src/bytes/hex.ts', 'folder-has-a-place'],
  ['src/objects/*.ts', 'node:fs', 'node-only-in-its-platform'],
  ['src/platform/browser/*.ts', 'node:zlib', 'node-only-in-its-platform'],
  ['src/cli/*.ts', 'node:fs', 'node-only-in-its-platform'],
  ['src/repo/*.ts', 'npm:fs-extra', 'node-packages-only-in-its-platform'],
  ['src/repo/*.ts', 'npm:vitest', 'declared-packages-only'],
  ['src/repo/*.ts', 'src/repo/missing.ts', 'resolvable'],
  ['src/pull/*.ts', 'src/repo/index.ts', 'index-is-for-outsiders'],
  ['src/repo/*.ts', 'test/helper.ts', 'sources-do-not-import-tests'],
]

const ALLOWED: readonly (readonly [from: string, to: string])[] = [
  ['src/objects/*.ts', 'src/gvariant/codec.ts'],
  ['src/objects/*.ts', 'src/errors.ts'],
  ['src/repo/*.ts', 'src/tar/reader.ts'],
  ['src/repo/*.ts', 'src/platform/types.ts'],
  ['src/pull/*.ts', 'src/deltas/part.ts'],
  ['src/cli/*.ts', 'src/repo/repo.ts'],
  ['src/cli/*.ts', 'src/platform/node/platform.ts'],
  ['src/platform/node/*.ts', 'node:fs'],
  ['src/platform/node/*.ts', 'npm:fs-extra'],
  ['src/cli/host.ts', 'node:fs'],
  ['src/worker.ts', 'src/platform/node/platform.ts'],
  ['src/index.ts', 'src/repo/index.ts'],
]

/** Names a case's own file: `src/repo/*.ts` of case 7 is `src/repo/x7.ts`. */
const own = (from: string, index: number): string => from.replace('*', `x${index}`)

/** Other ways to import, all of `src/repo/repo.ts` from a layer to its left. */
const WAYS: readonly (readonly [name: string, code: string])[] = [
  ['a type', "import type { value } from '../repo/repo.ts'\nexport type Used = typeof value"],
  ['what is loaded later', "export const later = () => import('../repo/repo.ts')"],
  ['what is passed on', "export { value } from '../repo/repo.ts'"],
]

describe('dependency-cruiser', () => {
  /** The names of the broken rules by the file that breaks them. One run serves all cases. */
  const broken = new Map<string, Set<string>>()
  let dir = ''

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ostree-ts-imports-'))
    const cases = [...FORBIDDEN, ...ALLOWED].map(([from, to], index) => {
      const file = own(from, index)
      return [file, importing(file, to)]
    })
    const ways = WAYS.map(([, code], index) => [`src/objects/way${index}.ts`, code])
    projectWith(dir, Object.fromEntries([...cases, ...ways]))
    const cruise = [bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'src', '--config', '.dependency-cruiser.mjs']
    const { stdout, stderr } = await run(process.execPath, [...cruise, '-T', 'json'], { cwd: dir })
    if (stdout === '') throw new Error(stderr)
    const { summary }: { summary: { violations: { from: string; rule: { name: string } }[] } } = JSON.parse(stdout)
    for (const { from, rule } of summary.violations) broken.set(from, (broken.get(from) ?? new Set()).add(rule.name))
  })
  afterAll(() => rm(dir, { recursive: true }))

  for (const [index, [from, to, rule]] of FORBIDDEN.entries()) {
    test(`${from} may not import ${to}`, () => {
      expect([...(broken.get(own(from, index)) ?? [])]).toContain(rule)
    })
  }

  for (const [index, [name]] of WAYS.entries()) {
    test(`${name} is an import like any other`, () => {
      expect([...(broken.get(`src/objects/way${index}.ts`) ?? [])]).toEqual(['objects-imports-left'])
    })
  }

  for (const [index, [from, to]] of ALLOWED.entries()) {
    test(`${from} may import ${to}`, () => {
      expect(broken.get(own(from, FORBIDDEN.length + index))).toBe(undefined)
    })
  }
})

describe('Biome', () => {
  /** The categories of the errors that Biome finds. */
  async function findings(files: Readonly<Record<string, string>>): Promise<string[]> {
    const dir = await temporaryDirectory()
    projectWith(dir, files)
    const { stdout } = await run(bin('@biomejs/biome/bin/biome'), ['lint', '--reporter=json', 'src'], { cwd: dir })
    const { diagnostics }: { diagnostics: { category: string; severity: string }[] } = JSON.parse(stdout)
    return diagnostics.filter(({ severity }) => severity === 'error').map(({ category }) => category)
  }

  for (const name of ['Buffer', 'process', 'document', 'localStorage', 'setImmediate']) {
    test(`a layer may not use the global ${name}`, async () => {
      const code = `export const used = ${name}`
      expect(await findings({ 'src/repo/x.ts': code })).toEqual(['lint/style/noRestrictedGlobals'])
      expect(await findings({ 'src/platform/node/x.ts': code })).toEqual([])
    })
  }

  test('files may not import each other in a circle', async () => {
    const files = {
      'src/repo/x.ts': "import { y } from './y.ts'\nexport const x = () => y",
      'src/repo/y.ts': "import { x } from './x.ts'\nexport const y = () => x",
    }
    expect(await findings(files)).toContain('lint/suspicious/noImportCycles')
  })

  test('types may', async () => {
    const files = {
      'src/repo/x.ts': "import { y } from './y.ts'\nexport type X = number\nexport const x = () => y",
      'src/repo/y.ts': "import type { X } from './x.ts'\nexport const y: X = 1",
    }
    expect(await findings(files)).toEqual([])
  })
})
