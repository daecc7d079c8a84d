// The launcher installs when the packages are not those of the lock file, and only then.

import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run, temporaryDirectory } from '../reference.ts'

const LAUNCHER = resolve(import.meta.dirname, '../../scripts/launch.mjs')

type Packages = Readonly<Record<string, { readonly version: string; readonly optional?: boolean }>>

const WANTED: Packages = {
  '': { version: '0.0.0' },
  'node_modules/a': { version: '1.2.3' },
  'node_modules/b': { version: '2.0.0', optional: true },
}

/** A project with one script, an `npm` that writes down how it was called, and an esbuild that compiles to a constant. */
async function launch(installed: Packages | undefined, npmCode = 0) {
  const dir = await temporaryDirectory()
  for (const folder of ['scripts', 'bin', 'node_modules/esbuild/lib']) mkdirSync(join(dir, folder), { recursive: true })
  cpSync(LAUNCHER, join(dir, 'scripts/launch.mjs'))
  writeFileSync(join(dir, 'scripts/job.ts'), '')
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ packages: WANTED }))
  if (installed) writeFileSync(join(dir, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }))
  const compiled = "export const main = async (project, args) => { console.log('ran', ...args); return 3 }"
  writeFileSync(join(dir, 'node_modules/esbuild/package.json'), '{ "type": "module" }')
  writeFileSync(
    join(dir, 'node_modules/esbuild/lib/main.js'),
    `export const build = async () => ({ outputFiles: [{ contents: ${JSON.stringify(compiled)} }] })`,
  )
  writeFileSync(join(dir, 'bin/npm'), `#!/bin/sh\necho "$@" > '${dir}/npm-was-called'\nexit ${npmCode}\n`)
  chmodSync(join(dir, 'bin/npm'), 0o755)
  const env = { PATH: `${join(dir, 'bin')}:${process.env.PATH}` }
  const output = await run(process.execPath, [join(dir, 'scripts/launch.mjs'), 'job', 'one', 'two'], { env })
  const called = join(dir, 'npm-was-called')
  return { ...output, npm: existsSync(called) ? readFileSync(called, 'utf8').trim() : undefined }
}

const FRESH: Packages = { 'node_modules/a': { version: '1.2.3' }, 'node_modules/b': { version: '2.0.0' } }

describe('installs', () => {
  const cases: readonly (readonly [string, Packages | undefined])[] = [
    ['when there are no packages', undefined],
    ['when one is missing', { 'node_modules/b': { version: '2.0.0' } }],
    ['when one has another version', { ...FRESH, 'node_modules/a': { version: '1.2.4' } }],
    ['when an optional one has another version', { ...FRESH, 'node_modules/b': { version: '2.0.1' } }],
  ]
  for (const [name, installed] of cases) {
    test(name, async () => {
      const { npm, stdout, code } = await launch(installed)
      expect(npm).toMatch(/^ci\b/)
      expect({ stdout, code }).toEqual({ stdout: 'ran one two\n', code: 3 })
    })
  }

  test('and stops when that fails', async () => {
    const { stdout, code } = await launch(undefined, 7)
    expect({ stdout, code }).toEqual({ stdout: '', code: 7 })
  })
})

describe('does not install', () => {
  const cases: readonly (readonly [string, Packages])[] = [
    ['when all is there', FRESH],
    ['when an optional package is left out, as on another system', { 'node_modules/a': { version: '1.2.3' } }],
  ]
  for (const [name, installed] of cases) {
    test(name, async () => {
      const { npm, stdout, code, stderr } = await launch(installed)
      expect({ npm, stdout, code, stderr }).toEqual({ npm: undefined, stdout: 'ran one two\n', code: 3, stderr: '' })
    })
  }
})

test('an unknown script is a mistake', async () => {
  const { code, stderr } = await run(process.execPath, [LAUNCHER, 'no-such-script'])
  expect(code).toBe(2)
  expect(stderr).toContain('usage:')
})
