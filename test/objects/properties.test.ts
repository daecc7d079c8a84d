// What is encoded decodes to the same value, and encodes again to the same bytes.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from '../../src/bytes/hex.ts'
import { parseChecksum } from '../../src/objects/checksum.ts'
import { validateDirectoryMode, validateFileMode } from '../../src/objects/file-mode.ts'
import {
  formatObjectName,
  loosePath,
  OBJECT_TYPE,
  type ObjectType,
  parseLoosePath,
  parseObjectName,
} from '../../src/objects/object-name.ts'
import { FORMATS } from './decoders.ts'

test.each(FORMATS)('$name: values survive', ({ decode, encode, values }) => {
  fc.assert(
    fc.property(values, (value) => {
      const data = encode(value)
      expect(decode(data)).toEqual(value)
      expect(toHex(encode(decode(data)))).toBe(toHex(data))
    }),
    { numRuns: 300 },
  )
})

const names = fc.record({
  checksum: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => parseChecksum(toHex(bytes))),
  type: fc.constantFrom(...(Object.keys(OBJECT_TYPE) as ObjectType[])),
})

test('object names survive, as text and as paths', () => {
  fc.assert(
    fc.property(names, fc.boolean(), (name, archive) => {
      expect(parseObjectName(formatObjectName(name))).toEqual(name)
      const [folder = '', file = ''] = loosePath(name.checksum, name.type, archive).split('/')
      expect(parseLoosePath(folder, file)).toEqual(name)
    }),
  )
})

test('a mode is a file or a directory with permissions, or refused', () => {
  const accepts = (validate: (mode: number) => void, mode: number) => {
    try {
      validate(mode)
      return true
    } catch {
      return false
    }
  }
  fc.assert(
    fc.property(fc.nat({ max: 0xffff_ffff }), (mode) => {
      const type = mode - (mode & 0o7777)
      expect(accepts(validateFileMode, mode)).toBe(type === 0o100000 || type === 0o120000)
      expect(accepts(validateDirectoryMode, mode)).toBe(type === 0o40000)
    }),
  )
  for (const mode of [0o100644, 0o104755, 0o120777]) expect(accepts(validateFileMode, mode)).toBe(true)
  for (const mode of [0o40755, 0o41777]) expect(accepts(validateDirectoryMode, mode)).toBe(true)
})
