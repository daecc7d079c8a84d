// Runs the recipes of test/fixtures again: with the reference that is here they have to make what is committed, byte for
// byte. A newer reference that writes or says something else shows up here.

import { mkdir, readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { FIXTURES, type FixtureSet } from '../fixture-repos.ts'
import { REFERENCE_REQUIRED, referenceRootMissing, referenceVersion, run, temporaryDirectory } from '../reference.ts'

/** Several hundred runs of the reference; far less on a machine that does nothing else. */
const TIMEOUT_MS = 15 * 60_000

/** Compressed files are compared inside, for another gzip may write other bytes. */
async function contentsOf(folder: string): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>()
  for (const name of (await readdir(folder)).filter((file) => /\.(json|tar\.gz)$/.test(file)).sort()) {
    const bytes = await readFile(`${folder}/${name}`)
    contents.set(name, name.endsWith('.gz') ? gunzipSync(bytes) : bytes)
  }
  return contents
}

/** Why the recipes cannot be run: bare repositories need root, and the tools are Python's and GNU tar's. */
async function missing(): Promise<string | undefined> {
  if (referenceRootMissing !== undefined) return referenceRootMissing
  for (const tool of ['python3', 'tar']) {
    const found = await run('sh', ['-c', `command -v ${tool}`])
    if (found.code !== 0) return `the recipes of test/fixtures need ${tool}`
  }
  return undefined
}

for (const set of ['repositories', 'corrupt'] satisfies FixtureSet[]) {
  test(`${set}: the reference makes what is committed`, { timeout: TIMEOUT_MS }, async (context) => {
    const reason = await missing()
    if (reason !== undefined) {
      if (REFERENCE_REQUIRED) throw new Error(reason)
      context.skip(reason)
    }
    const out = `${await temporaryDirectory()}/${set}`
    await mkdir(out)
    const made = await run(fileURLToPath(new URL(`${set}/make.sh`, FIXTURES)), [out])
    expect(made, made.stderr).toMatchObject({ code: 0 })
    const [expected, actual] = [await contentsOf(fileURLToPath(new URL(set, FIXTURES))), await contentsOf(out)]
    expect([...actual.keys()]).toEqual([...expected.keys()])
    for (const [name, bytes] of expected) {
      if (name.endsWith('.json')) expect(text(actual.get(name)!), name).toBe(text(bytes))
      else expect(Buffer.compare(actual.get(name)!, bytes), `${name} has other bytes`).toBe(0)
    }
  })
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

test('the committed fixtures are of the version that this project follows', async (context) => {
  const version = (await readFile(new URL('VERSION', FIXTURES), 'utf8')).trim()
  expect(version).toMatch(/^\d{4}\.\d+$/)
  if (referenceRootMissing !== undefined) context.skip(referenceRootMissing)
  expect(await referenceVersion()).toBe(version)
})
