// The proof on a real tree (`npm run prove:usr`), on a small share of it, and that it notices what differs.

import { chmodSync, linkSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { runReference, runShipped } from '../../conformance/run-program.ts'
import { compareTrees } from '../../conformance/tree-proof/compare-trees.ts'
import { type ProofMode, type ProofStep, prove } from '../../conformance/tree-proof/prove.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { REFERENCE_ROOT, temporaryDirectory, testInsideReference } from '../reference.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
/** Programs, some of them set-id, and links to them; small files and deep folders. */
const SHARES: Readonly<Record<string, readonly ProofMode[]>> = {
  sbin: ['bare', 'archive'],
  'share/terminfo': ['bare-user', 'bare-user-only', 'bare-split-xattrs'],
}

for (const [share, modes] of Object.entries(SHARES)) {
  testInsideReference(
    `/usr/${share} through both commands: the same repositories and checkouts`,
    async ({ dir, skip }) => {
      const { xattrs } = await nodePlatform({ workers: 1 })
      if (xattrs === null) return skip('only Linux has the attributes')
      const run = { theirs: runReference, ours: runShipped.bind(undefined, PROJECT) }
      const steps: ProofStep[] = []
      const options = { tree: join(REFERENCE_ROOT, 'usr', share), scratch: dir, modes, run, xattrs }
      for await (const step of prove(options)) steps.push(step)
      expect(steps).toHaveLength(modes.length * 10)
      expect(steps.filter(({ differences }) => differences.length > 0)).toEqual([])
      const full = steps.filter(({ name, detail }) => name.startsWith('checkout') && /^\d{2,} entries, /.test(detail))
      expect(full.length).toBeGreaterThanOrEqual(modes.filter((mode) => mode !== 'bare-split-xattrs').length * 4)
    },
  )
}

test('a tree that differs in anything is found out', async (context) => {
  const { xattrs } = await nodePlatform({ workers: 1 })
  if (xattrs === null) return context.skip('only Linux has the attributes')
  const dir = await temporaryDirectory()
  const startedAt = BigInt(Date.now() + 3_600_000) * 1_000_000n // so that every time counts
  const archived = (text: string, level: number) =>
    Buffer.concat([Buffer.from('0000000200000000abcd', 'hex'), deflateRawSync(Buffer.from(text), { level })])
  const make = async (side: string) => {
    mkdirSync(join(dir, side, 'sub'), { recursive: true })
    for (const name of ['bytes', 'mode', 'time', 'attribute', 'links', 'sub/only']) {
      writeFileSync(join(dir, side, name), `called ${name}`)
      utimesSync(join(dir, side, name), 5, 5)
    }
    writeFileSync(join(dir, side, 'same.filez'), archived('aaaaaaaaaaaaaaaaaaaaaaaa', side === 'left' ? 1 : 9))
    writeFileSync(join(dir, side, 'other.filez'), archived(side, 6))
    writeFileSync(join(dir, side, 'empty.filez'), '')
    for (const name of ['same', 'other', 'empty']) utimesSync(join(dir, side, `${name}.filez`), 5, 5)
    if (side === 'right') {
      writeFileSync(join(dir, side, 'bytes'), 'called BYTES')
      utimesSync(join(dir, side, 'bytes'), 5, 5)
      chmodSync(join(dir, side, 'mode'), 0o600)
      utimesSync(join(dir, side, 'time'), 5, 6)
      await xattrs.set(join(dir, side, 'attribute'), 'user.a', new Uint8Array([1]))
      linkSync(join(dir, side, 'links'), join(dir, side, 'sub/one-more'))
    }
    for (const folder of ['sub', '.']) utimesSync(join(dir, side, folder), 5, 5)
  }
  await make('left')
  await make('right')
  const { differences, entries } = await compareTrees(join(dir, 'left'), join(dir, 'right'), { xattrs, startedAt })
  expect(entries).toBe(11)
  expect(differences.map((line) => line.replace(/ \(.*/, ''))).toEqual([
    './attribute: attributes  and user.a=01',
    './bytes: bytes',
    './links: link count 1 and 2',
    './mode: mode 100644 and 100600',
    './other.filez: inflated',
    './sub/one-more: only on the right',
    './time: time 5000000000 and 6000000000',
  ])
})
