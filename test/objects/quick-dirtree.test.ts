// The short way through a dirtree never differs from the codec.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from '../../src/bytes/hex.ts'
import { decode } from '../../src/gvariant/schema.ts'
import { parseChecksum } from '../../src/objects/checksum.ts'
import { DIRTREE, type Dirtree, encodeDirtree } from '../../src/objects/dirtree.ts'
import { quickDirtree } from '../../src/objects/quick-dirtree.ts'

const checksum = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => parseChecksum(toHex(bytes)))
const plainName = fc
  .string({ minLength: 1, maxLength: 60 })
  .filter((name) => /^[^\0/]+$/.test(name) && !/^\.\.?$/.test(name))
const tree = (name: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<Dirtree> =>
  fc.record({
    files: fc.array(fc.record({ name, checksum }), { maxLength }),
    directories: fc.array(fc.record({ name, treeChecksum: checksum, metaChecksum: checksum }), { maxLength }),
  })

/** What the codec says, or that it refuses. */
function reference(data: Uint8Array): Dirtree | 'refused' {
  try {
    return decode(DIRTREE, data)
  } catch {
    return 'refused'
  }
}

test('ordinary directories, small and large, are read at once', () => {
  for (const maxLength of [3, 12, 900]) {
    fc.assert(
      fc.property(tree(plainName, maxLength), (value) => {
        const data = encodeDirtree(value)
        expect(quickDirtree(data)).toEqual(decode(DIRTREE, data))
      }),
      { numRuns: 60 },
    )
  }
})

test('names that are not ASCII, or long, are left to the codec', () => {
  const entry = (name: string) =>
    encodeDirtree({ files: [{ name, checksum: parseChecksum('ab'.repeat(32)) }], directories: [] })
  expect(quickDirtree(entry('plain'))).toBeDefined()
  expect(quickDirtree(entry('naïve'))).toBeUndefined()
  expect(quickDirtree(entry('long'.repeat(60)))).toBeUndefined()
})

test('changed, shortened and lengthened bytes: the codec agrees with every answer', () => {
  const damage = fc.record({
    value: tree(plainName, 4),
    flips: fc.array(fc.record({ at: fc.nat(), to: fc.nat(255) }), { maxLength: 2 }),
    cut: fc.constantFrom(0, 0, 0, 1, 3),
    more: fc.uint8Array({ maxLength: 2 }),
  })
  let answered = 0
  fc.assert(
    fc.property(damage, ({ value, flips, cut, more }) => {
      const whole = encodeDirtree(value)
      const data = new Uint8Array([...whole.subarray(0, whole.length - cut), ...more])
      for (const { at, to } of flips) if (data.length > 0) data[at % data.length] = to
      const quick = quickDirtree(data)
      if (quick === undefined) return
      answered++
      expect(reference(data)).toEqual(quick)
    }),
    { numRuns: 6000 },
  )
  expect(answered).toBeGreaterThan(100)
})
