// The package as others get it: its entry points, its declarations, its command.

import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildTheLibrary, buildTheTypes } from '../../scripts/build.ts'
import { ENTRIES, exportsMap } from '../../scripts/entries.ts'
import { run, temporaryDirectory } from '../reference.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8')

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

describe('package.json', () => {
  const manifest = JSON.parse(read('package.json'))

  test('exports what the table of entry points says (npm run exports writes it)', () => {
    expect(manifest.exports).toEqual(exportsMap())
  })

  test('the lock file names no download address', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"')
  })

  test('the lock file knows every package, those of other systems as well (npm ci refuses it otherwise)', () => {
    const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(read('package-lock.json'))
    /** As Node looks packages up: beside the one that asks, then in each folder above. */
    const isLocked = (from: string, name: string): boolean =>
      `${from}/node_modules/${name}`.replace(/^\//, '') in packages ||
      (from !== '' && isLocked(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name))
    const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !isLocked(path, name))
        .map((name) => `${path} needs ${name}`),
    )
    expect(missing).toEqual([])
  })

  test('the command is executable', () => {
    const command = manifest.bin['ostree-ts']
    expect(read(command)).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(statSync(join(PROJECT, command)).mode & 0o111).toBe(0o111)
  })
})

describe('index.ts', () => {
  const indexes = readdirSync(join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.split('/').at(-1) === 'index.ts')
    .map((path) => `src/${path}`)

  test('exists at the published entry points and nowhere else', () => {
    expect(indexes.sort()).toEqual(Object.values(ENTRIES).sort())
  })

  for (const path of indexes) {
    test(`${path} only passes on`, () => {
      const code = read(path).replace(/^\/\/.*$/gm, '')
      const rest = code.replace(/export (type )?(\*|\{[^}]*\})( as \w+)? from '\.[^']*'/g, '')
      expect(rest.trim()).toBe('')
    })
  }
})

describe('a project that depends on us', () => {
  const names = Object.keys(ENTRIES).map((subpath) => `ostree-ts${subpath.slice(1)}`)

  beforeAll(async () => {
    await buildTheLibrary(PROJECT)
  })

  async function consumer(files: Readonly<Record<string, string>>): Promise<string> {
    const dir = await temporaryDirectory()
    mkdirSync(join(dir, 'node_modules'))
    symlinkSync(PROJECT, join(dir, 'node_modules/ostree-ts'))
    writeFileSync(join(dir, 'package.json'), '{ "type": "module" }')
    for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text)
    return dir
  }

  test('imports every entry point', async () => {
    const lines = names.map((name) => `console.log(Object.keys(await import('${name}')).length > 0)`)
    const dir = await consumer({ 'use.js': lines.join('\n') })
    const { stdout, stderr } = await run(process.execPath, ['use.js'], { cwd: dir })
    expect(stderr).toBe('')
    expect(stdout).toBe('true\n'.repeat(names.length))
  })

  test('finds types behind every entry point', async () => {
    await buildTheTypes(PROJECT)
    const lines = names.map((name, index) => `import * as entry${index} from '${name}'\nexport { entry${index} }`)
    const wrong =
      "import { openRepo } from 'ostree-ts/repo'\nexport const repo: Promise<number> = openRepo('no platform')"
    const compilerOptions = { module: 'NodeNext', target: 'ES2022', strict: true, noEmit: true, types: [] }
    const dir = await consumer({
      'use.ts': lines.join('\n'),
      'wrong.ts': wrong,
      'tsconfig.json': JSON.stringify({ compilerOptions, files: ['use.ts'] }),
    })
    const tsc = join(PROJECT, 'node_modules/typescript/bin/tsc')
    const right = await run(process.execPath, [tsc], { cwd: dir })
    expect(right.stdout).toBe('')
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['wrong.ts'] }))
    const { stdout } = await run(process.execPath, [tsc], { cwd: dir })
    expect(stdout).toMatch(/^wrong\.ts.*error TS2/m) // types, not `any`
  })
})
