// The README's examples: each is type-checked and run, and prints what its comments say.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { transform } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'
import { conformanceTable, readPassing, withTable } from '../../conformance/passing-list.ts'
import { buildTheLibrary, buildTheTypes } from '../../scripts/build.ts'
import { run, temporaryDirectory } from '../reference.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/^([^\n]*):\n\n```ts\n(.*?)^```$/gms)].map(([, before = '', code = '']) => ({
  name: before,
  code,
}))

beforeAll(async () => {
  await buildTheLibrary(PROJECT)
})

/** A project that has us as a dependency. */
async function project(): Promise<string> {
  const dir = await temporaryDirectory()
  mkdirSync(join(dir, 'node_modules/@types'), { recursive: true })
  symlinkSync(PROJECT, join(dir, 'node_modules/ostree-ts'))
  for (const name of ['@types/node', 'undici-types']) {
    symlinkSync(join(PROJECT, 'node_modules', name), join(dir, 'node_modules', name))
  }
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }')
  return dir
}

test('there are examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(3)
})

for (const { name, code } of examples) {
  test(`${name}: prints what the comments say`, async () => {
    const dir = await project()
    writeFileSync(join(dir, 'example.js'), (await transform(code, { loader: 'ts' })).code)
    const { stdout, stderr } = await run(process.execPath, ['example.js'], { cwd: dir })
    expect(stderr).toBe('')
    expect(stdout).toBe([...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text]) => `${text}\n`).join(''))
  })

  test(`${name}: has the right types`, async () => {
    await buildTheTypes(PROJECT)
    const dir = await project()
    writeFileSync(join(dir, 'example.ts'), code)
    const compilerOptions = { module: 'NodeNext', target: 'ES2022', strict: true, noEmit: true, types: ['node'] }
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['example.ts'] }))
    const tsc = join(PROJECT, 'node_modules/typescript/bin/tsc')
    expect((await run(process.execPath, [tsc], { cwd: dir })).stdout).toBe('')
  })
}

test('the table of what works is that of conformance/passing.txt', async () => {
  const entries = await readPassing(PROJECT)
  expect(readme).toContain(conformanceTable(entries))
  expect(withTable(readme, entries)).toBe(readme)
})
