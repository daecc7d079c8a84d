// GLib's hash-table order: what follows without GLib, and what the reference's own commits show.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inHashOrder, StringHashOrder, stringHash } from '../../src/gvariant/hash-order.ts'
import { decodeVariant } from '../../src/gvariant/variant.ts'
import { type ReferenceContext, testWithReference } from '../reference.ts'
import { Random } from './random.ts'

test('the hash takes bytes as signed and wraps in 32 bits', () => {
  expect(stringHash('')).toBe(5381)
  expect(stringHash('a')).toBe(177670)
  expect(stringHash('é')).toBe((((5381 * 33 - 61) * 33 - 87) >>> 0) % 2 ** 32)
  expect(stringHash('ostree.ref-binding')).toBe(stringHash('ostree.ref-binding') >>> 0)
})

describe('StringHashOrder', () => {
  test('holds each key once and forgets deleted ones', () => {
    const order = new StringHashOrder(['a', 'b', 'a'])
    expect(order.size).toBe(2)
    expect(order.delete('a')).toBe(true)
    expect(order.delete('a')).toBe(false)
    expect([...order]).toEqual(['b'])
    order.add('a')
    expect([...order].sort()).toEqual(['a', 'b'])
  })

  test('holds all keys through growth and shrinking', () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `key-${i}`)
    const order = new StringHashOrder(keys)
    expect([...order].sort()).toEqual([...keys].sort())
    for (const key of keys.slice(10)) order.delete(key)
    expect([...order].sort()).toEqual(keys.slice(0, 10).sort())
  })

  test('keys that collide come in the order they were added', () => {
    // 33 * 'A' + '!' = 33 * '@' + 'B'
    expect(stringHash('A!')).toBe(stringHash('@B'))
    expect([...new StringHashOrder(['A!', '@B'])]).not.toEqual([...new StringHashOrder(['@B', 'A!'])])
  })
})

test('a dictionary keeps the last value of each key', () => {
  const entries = inHashOrder([
    ['b', 1],
    ['a', 2],
    ['b', 3],
  ])
  expect(entries).toEqual([
    ['b', 3],
    ['a', 2],
  ])
})

/** A folder that `ostree commit --bootable` takes for an operating system. */
async function bootableTree({ dir }: ReferenceContext): Promise<string> {
  const tree = join(dir, 'tree')
  await mkdir(join(tree, 'usr/lib/modules/6.1.0'), { recursive: true })
  await writeFile(join(tree, 'usr/lib/modules/6.1.0/vmlinuz'), 'kernel')
  return tree
}

/** Commits with these metadata keys; answers the keys of the commit as they are stored. */
async function storedKeys(
  { ostree, repo }: ReferenceContext,
  tree: string,
  keys: readonly string[],
  bootable: boolean,
) {
  const options = [...keys.map((key) => `--add-metadata-string=${key}=x`), ...(bootable ? ['--bootable'] : [])]
  const { stdout } = await ostree('commit', `--repo=${repo}`, '--orphan', ...options, tree)
  const checksum = stdout.trim()
  const file = join(repo, 'objects', checksum.slice(0, 2), `${checksum.slice(2)}.commit`)
  const { value } = decodeVariant('(a{sv}aya(say)sstayay)', await readFile(file))
  const [metadata] = value as [[string, unknown][]]
  return metadata.map(([key]) => key)
}

testWithReference(
  'the reference keeps the order of --add-metadata, and has hash order with --bootable',
  async (context) => {
    await context.ostree('init', `--repo=${context.repo}`, '--mode=archive')
    const tree = await bootableTree(context)
    const random = new Random(4)
    for (let i = 0; i < 48; i++) {
      const size = [1, 2, 3, 5, 6, 7, 8, 12, 14, 20, 30, 60][i % 12]!
      const keys = Array.from(
        { length: size },
        (_, n) => `${random.pick(['k', 'org.example.', 'é', 'x-'])}${random.below(1000)}-${n}`,
      )
      if (i % 4 === 0) expect(await storedKeys(context, tree, keys, false)).toEqual([...keys, 'ostree.ref-binding'])
      const expected = new StringHashOrder([...keys, 'ostree.ref-binding', 'ostree.bootable', 'ostree.linux'])
      expect(await storedKeys(context, tree, keys, true)).toEqual([...expected])
    }
  },
  { timeout: 120_000 },
)
