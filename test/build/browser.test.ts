// The portable core goes into a browser: its bundle holds nothing of Node, and runs where there is no Node.

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import vm from 'node:vm'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { ENTRIES } from '../../scripts/entries.ts'

const PROJECT = resolve(import.meta.dirname, '../..')

/** Every published entry but the platforms that are not a browser's. */
const CORE = Object.entries(ENTRIES).filter(([subpath]) => subpath !== './node')

/**
 * Globals of Node; where code names one, the bundle gets this mark in its place. `global` is missing: hash-wasm asks
 * `typeof global` for it, which is sound anywhere; our own sources may not use it (biome.json).
 * A `require` that the bundler cannot follow leaves an error in its place, `Dynamic require of`.
 */
const NODE_GLOBALS = ['process', 'Buffer', 'setImmediate', 'clearImmediate', '__dirname', '__filename']
const MARK = 'NODE_GLOBAL_'

/** The openpgp package asks whether it is being developed, and catches that there is no `process` to ask. */
const OPENPGP_ASKS = /"development" === NODE_GLOBAL_process\.env\.NODE_ENV/

async function bundle(contents: string, resolveDir = PROJECT) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    bundle: true,
    format: 'iife',
    globalName: 'core',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'silent',
    define: Object.fromEntries(NODE_GLOBALS.map((name) => [name, `${MARK}${name}`])),
  })
  return { code: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) }
}

const bundleCore = () =>
  bundle(CORE.map(([subpath, source]) => `export * as ${nameOf(subpath)} from './${source}'`).join('\n'))

const nameOf = (subpath: string): string => (subpath === '.' ? 'root' : subpath.slice(2))

test('the core bundles for a browser without anything of Node', async () => {
  const { code, inputs } = await bundleCore() // fails on any import of node:*
  expect(
    inputs.filter((path) => /src\/platform\/node\/|node_modules\/(koffi|fs-extra|graceful-fs)\//.test(path)),
  ).toEqual([])
  expect(inputs.filter((path) => path.startsWith('src/')).length).toBeGreaterThan(50)
  const suspects = code.split('\n').filter((line) => line.includes(MARK) || line.includes('Dynamic require of'))
  expect(suspects.filter((line) => !OPENPGP_ASKS.test(line))).toEqual([])
})

test('a use of Node would be found', async () => {
  const { code } = await bundle('export const used = typeof Buffer === "undefined" ? process.cwd() : 0')
  expect(code).toContain(`${MARK}Buffer`)
  expect(code).toContain(`${MARK}process`)
  expect((await bundle('export const load = (name: string) => require(name)')).code).toContain('Dynamic require of')
  await expect(bundle("import fs from 'node:fs'\nexport const used = fs.readFileSync")).rejects.toThrow('node:fs')
  await expect(bundle("export * from './src/platform/node/index.ts'")).rejects.toThrow('Could not resolve')
})

/** What a browser has beside ECMAScript itself, as far as the core could want it. */
const BROWSER_GLOBALS = [
  ...[
    'TextEncoder',
    'TextDecoder',
    'WebAssembly',
    'AbortController',
    'AbortSignal',
    'DOMException',
    'crypto',
    'performance',
  ],
  ...[
    'setTimeout',
    'clearTimeout',
    'queueMicrotask',
    'MessageChannel',
    'structuredClone',
    'btoa',
    'atob',
    'Uint8Array',
  ],
]

test('the bundle runs where there is no Node', async () => {
  const { code } = await bundleCore()
  const context = vm.createContext(
    Object.fromEntries(BROWSER_GLOBALS.map((name) => [name, Reflect.get(globalThis, name)])),
  )
  vm.runInContext(code, context, { filename: join(PROJECT, 'core.js') })
  // A metadata object goes into a repository and comes back, which takes every layer up to repo.
  const script = `(async () => {
    const { memory, repo, objects } = core
    const platform = await memory.memoryPlatform()
    await repo.initRepo(platform, 'repo', { mode: 'archive' })
    const made = await repo.openRepo(platform, 'repo')
    const { result: checksum } = await repo.withTransaction(made, {}, async ({ store }) =>
      (await repo.writeMetadata(store, 'dirtree', objects.encodeDirtree(objects.EMPTY_DIRTREE))).checksum)
    const { files } = await repo.readDirtree(made.store, checksum)
    return [made.mode, checksum, files.length, typeof process, typeof Buffer].join(' ')
  })()`
  const emptyDirtree = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
  expect(await vm.runInContext(script, context)).toBe(`archive ${emptyDirtree} 0 undefined undefined`)
})

test('signing and verifying run there, too', async () => {
  const { code } = await bundleCore()
  const context = vm.createContext(
    Object.fromEntries(BROWSER_GLOBALS.map((name) => [name, Reflect.get(globalThis, name)])),
  )
  vm.runInContext(code, context, { filename: join(PROJECT, 'core.js') })
  const keys = join(PROJECT, 'test/fixtures/signatures/keys')
  Object.assign(context, {
    pems: ['ed448', 'P-384', 'rsa'].map((name) => ({
      secret: new Uint8Array(readFileSync(join(keys, `${name}.pem`))),
      public: new Uint8Array(readFileSync(join(keys, `${name}.pub`))),
    })),
  })
  const script = `(async () => {
    const { SPKI, KeyVerifier, keySigner } = core.sign
    const data = new TextEncoder().encode('signed in a browser')
    const messages = []
    for (const pem of pems) {
      const [secretKey] = SPKI.keysInFile(pem.secret, 'secret')
      const verifier = new KeyVerifier(SPKI)
      for (const key of SPKI.keysInFile(pem.public, 'public')) verifier.addKey(key)
      messages.push(await verifier.requireValid(data, [await keySigner(SPKI, secretKey).sign(data)]))
    }
    return messages
  })()`
  for (const message of await vm.runInContext(script, context)) {
    expect(message).toMatch(/^spki: Signature verified successfully with key '[0-9a-f]+'$/)
  }
})
