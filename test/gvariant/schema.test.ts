import { expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/bytes/hex.ts'
import {
  array,
  bytes,
  decode,
  dict,
  encode,
  mapped,
  maybe,
  str,
  struct,
  u32be,
  u64be,
  type ValueOf,
  variant,
} from '../../src/gvariant/schema.ts'

const checksum = mapped(
  bytes,
  (raw) => toHex(raw),
  (text: string) => fromHex(text),
)

const COMMIT = struct('(a{sv}aya(say)sstayay)', {
  metadata: dict(str, variant),
  parentChecksum: bytes,
  relatedObjects: array(struct('(say)', { name: str, checksum })),
  subject: str,
  body: str,
  timestamp: u64be,
  rootTreeContents: checksum,
  rootTreeMetadata: checksum,
})

test('a struct round-trips with its fields in order', () => {
  const commit: ValueOf<typeof COMMIT> = {
    metadata: [
      ['version', { type: 's', value: '42' }],
      ['version', { type: 'u', value: 7 }],
      ['nested', { type: '(sas)', value: ['é', ['a', '', 'b']] }],
    ],
    parentChecksum: new Uint8Array(0),
    relatedObjects: [{ name: 'x', checksum: 'ab'.repeat(32) }],
    subject: 'subject',
    body: '',
    timestamp: 1234567890n,
    rootTreeContents: '01'.repeat(32),
    rootTreeMetadata: '02'.repeat(32),
  }
  const encoded = encode(COMMIT, commit)
  expect(decode(COMMIT, encoded)).toEqual(commit)
  expect(Object.keys(decode(COMMIT, encoded))).toEqual(Object.keys(commit))
})

test('struct throws at load time when its fields do not spell the signature', () => {
  expect(() => struct('(su)', { name: str, data: bytes })).toThrow("the fields spell '(say)', not '(su)'")
})

test('maybe tells nothing from just nothing', () => {
  const schema = maybe(maybe(u32be))
  expect(toHex(encode(schema, { just: null }))).toBe('00')
  expect(decode(schema, fromHex('00'))).toEqual({ just: null })
  expect(decode(schema, fromHex(''))).toBeNull()
  expect(decode(schema, fromHex('0000000700'))).toEqual({ just: { just: 7 } })
})
