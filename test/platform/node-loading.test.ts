// What the platform loads and when, and what is left of it where koffi is not installed. Runs a bundle of the platform
// in processes of its own, in a folder that no package can be found from.

import { resolve } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { run, temporaryDirectory } from '../reference.ts'

const FIRST = "import { nodePlatform } from './platform.mjs'; const platform = await nodePlatform({ workers: 1 });"

/** Runs `code` with a `platform` and answers what it prints as JSON. */
async function inProcess(code: string, uid?: number): Promise<unknown> {
  const dir = await temporaryDirectory()
  await build({
    entryPoints: [resolve(import.meta.dirname, '../../src/platform/node/platform.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi'],
    splitting: true,
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
    // fs-extra and hash-wasm are CommonJS and ask for Node's modules by `require`.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  }).then(() => undefined)
  const { chmod, writeFile } = await import('node:fs/promises')
  await chmod(dir, 0o755)
  await writeFile(`${dir}/run.mjs`, `${FIRST}${code}`)
  const output = await run(process.execPath, [`${dir}/run.mjs`], { cwd: dir, ...(uid === undefined ? {} : { uid }) })
  expect(output.stderr).toBe('')
  return JSON.parse(output.stdout)
}

test('reading files loads nothing heavy', async () => {
  const loaded = await inProcess(`
    const builtin = () => process.moduleLoadList.filter((name) => /NativeModule (crypto|zlib|worker_threads|os)$/.test(name))
    const before = builtin()
    for (const { name } of await platform.fs.readDirectory('.')) await platform.fs.readFile(name)
    await platform.fs.tryReadFile('none'); await platform.fs.lstat('.'); platform.environment('HOME'); await platform.breathe()
    const files = builtin().filter((name) => !before.includes(name))
    platform.sha256Once(new Uint8Array(1))
    const hashed = builtin().filter((name) => !before.includes(name))
    console.log(JSON.stringify({ files, hashed }))`)
  expect(loaded).toEqual({ files: [], hashed: ['NativeModule crypto'] })
})

test('without koffi: files, hashing and compression work; what needs it says what to install', async () => {
  const result = await inProcess(`
    const outcome = async (run) => { try { return await run() } catch (error) { return [error.code, error.message] } }
    const { fs, xattrs, locks } = platform
    await fs.ensureDirectory('a/b'); await fs.writeFile('a/f', new Uint8Array([1]))
    await fs.copyFile('a/f', 'a/b/g'); const handle = await fs.open('a/f', 'rw')
    await handle.sync(); await fs.syncDirectory('a')
    console.log(JSON.stringify({
      digest: Buffer.from(platform.sha256Once(platform.inflateRawOnce(platform.deflateRawOnce(new Uint8Array(3), 6), 3))).toString('hex'),
      xattrs: await outcome(() => xattrs.read('a/f')),
      lock: await outcome(() => locks.tryLock(handle, 'shared')),
      syncfs: await outcome(() => fs.syncFileSystem('a')),
      whiteout: await outcome(() => fs.makeWhiteout('a/w', 0o644)),
    }))`)
  const refusal = [
    'UNSUPPORTED',
    'the system call bridge (extended attributes, locks, syncfs, device nodes) is not available here: ' +
      'install the optional package koffi (npm install koffi)',
  ]
  expect(result).toEqual({
    digest: '709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c',
    xattrs: refusal,
    lock: refusal,
    syncfs: refusal,
    whiteout: refusal,
  })
})

test('an ordinary user is told what is not writable', async (context) => {
  if (process.getuid?.() !== 0) context.skip('needs root, to become somebody else')
  const result = await inProcess(
    `const { fs, uid } = platform
    console.log(JSON.stringify([await fs.writeRefusal('/usr'), await fs.writeRefusal('/tmp'), uid]))`,
    12_345,
  )
  expect(result).toEqual(['EACCES', null, 12_345])
})
