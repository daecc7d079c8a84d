// Decoders against the real tools' output, in pieces of every size, and on damaged bytes.

import { execFileSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Decoders } from '../../src/compression/codecs.ts'
import { decompress } from '../../src/compression/decompress.ts'
import { nativeDecoders } from '../../src/compression/native-decoders.ts'
import { isOstreeError } from '../../src/errors.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'

const SAMPLE = sampleBytes(300_000)

/** Text-like and repetitive, with a random stretch: literals, matches and stored blocks. */
function sampleBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  let state = 1
  for (let i = 0; i < count; i++) {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    bytes[i] = i % 50_000 < 8_000 ? state >> 16 : 97 + ((state >> 20) % 3)
  }
  return bytes
}

const tool = (name: string, args: string[], input: Uint8Array): Uint8Array =>
  new Uint8Array(execFileSync(name, args, { input, maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'pipe'] }))

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const shared = new Uint8Array(Math.max(...sizes)) // reused, as a file reader may do
  for (let offset = 0, i = 0; offset < bytes.length; i++) {
    const piece = bytes.subarray(offset, offset + sizes[i % sizes.length]!)
    shared.set(piece)
    yield shared.subarray(0, piece.length)
    offset += piece.length
  }
}

async function decodeWith(decoders: Decoders, bytes: Uint8Array, sizes: readonly number[] = [65_536]) {
  const parts: Uint8Array[] = []
  for await (const part of (await decompress(pieces(bytes, sizes), { decoders })).stream) parts.push(part.slice())
  return new Uint8Array(Buffer.concat(parts))
}

/** Node's zstd is there from 22.15 on; before, both are the portable one. */
const SETS: Record<string, Decoders> = { portable: {}, "Node's": nativeDecoders(await nodePlatform()) }

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

const WAYS: Record<string, (input: Uint8Array) => Uint8Array> = {
  none: (input) => input,
  gzip: (input) => new Uint8Array(gzipSync(input)),
  'gzip with a name': (input) => tool('gzip', ['-c'], input),
  'gzip of two members': (input) => Buffer.concat([gzipSync(input.subarray(0, 1000)), gzipSync(input.subarray(1000))]),
  xz: (input) => tool('xz', ['-c'], input),
  'xz -9': (input) => tool('xz', ['-9', '-c'], input),
  'xz of two streams': (input) =>
    Buffer.concat([
      tool('xz', ['-c'], input.subarray(0, 1000)),
      new Uint8Array(8),
      tool('xz', ['-c'], input.subarray(1000)),
    ]),
  'xz in many blocks': (input) => tool('xz', ['--block-size=10000', '--check=crc32', '-c'], input),
  zstd: (input) => tool('zstd', ['-q', '-c'], input),
  'zstd -19': (input) => tool('zstd', ['-q', '-19', '-c'], input),
  'zstd --long=27': (input) => tool('zstd', ['-q', '--long=27', '-c'], input),
  'zstd without checksum': (input) => tool('zstd', ['-q', '--no-check', '-c'], input),
  'zstd of two frames': (input) =>
    Buffer.concat([
      tool('zstd', ['-q', '-c'], input.subarray(0, 1000)),
      Uint8Array.of(0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3),
      tool('zstd', ['-q', '-c'], input.subarray(1000)),
    ]),
  'gzip in zstd in xz': (input) => tool('xz', ['-c'], tool('zstd', ['-q', '-c'], gzipSync(input))),
}

test('the portable zstd decoder refuses a long window that has no checksum to tell what it misreads', async () => {
  const compressed = tool('zstd', ['-q', '-c', '--long=27', '--no-check'], SAMPLE)
  await expect(decodeWith(SETS.portable!, compressed)).rejects.toThrow(
    'a zstd window of 128 MiB without a checksum is not available here: Node 22.15 or newer decodes it',
  )
})

for (const [set, decoders] of Object.entries(SETS)) {
  const decode = (bytes: Uint8Array, sizes?: readonly number[]) => decodeWith(decoders, bytes, sizes)

  describe(`${set} decoders`, () => {
    for (const [name, compress] of Object.entries(WAYS)) {
      test(`${name}: whole, tiny and empty input in pieces of several sizes`, async () => {
        for (const input of [SAMPLE, SAMPLE.subarray(0, 5000), SAMPLE.subarray(0, 1), new Uint8Array(0)]) {
          const compressed = compress(input)
          for (const sizes of [[65_536], [7, 1000, 1]]) expect(same(await decode(compressed, sizes), input)).toBe(true)
        }
        expect(same(await decode(compress(SAMPLE.subarray(0, 2000)), [1]), SAMPLE.subarray(0, 2000))).toBe(true)
      })
    }

    test('several xz streams at a time, one of them abandoned', async () => {
      const compressed = WAYS.xz!(SAMPLE)
      for await (const piece of (await decompress(pieces(compressed, [1000]), { decoders })).stream) {
        expect(piece.length).toBeGreaterThan(0)
        break
      }
      // Abandoned when all is decoded, but not all taken.
      for await (const piece of (await decompress(pieces(WAYS.xz!(SAMPLE.subarray(0, 10)), [1000]), { decoders }))
        .stream) {
        expect(piece.length).toBe(10)
        break
      }
      const all = await Promise.all([decode(compressed), decode(compressed), decode(compressed)])
      for (const bytes of all) expect(same(bytes, SAMPLE)).toBe(true)
    })

    test('a source that fails passes its own error on', async () => {
      const failure = new Error('disk on fire')
      for (const name of ['gzip', 'xz', 'zstd']) {
        const failing = async function* (): AsyncGenerator<Uint8Array> {
          yield WAYS[name]!(SAMPLE).subarray(0, 2000)
          throw failure
        }
        const reading = async (): Promise<void> => {
          for await (const _ of (await decompress(failing(), { decoders })).stream);
        }
        await expect(reading()).rejects.toBe(failure)
      }
    })
  })

  describe(`${set} decoders, damaged input`, () => {
    for (const name of ['gzip', 'xz', 'zstd']) {
      const compressed = WAYS[name]!(SAMPLE)
      test(`${name}: every truncation is an error`, async () => {
        for (const length of [20, 100, 1000, compressed.length - 30, compressed.length - 1]) {
          const error = await decode(compressed.subarray(0, length)).catch((caught: unknown) => caught)
          if (set === 'portable' && name === 'gzip' && length === compressed.length - 1) continue // see gzip.ts
          expect(isOstreeError(error, 'INVALID_ARCHIVE'), `${length} bytes`).toBe(true)
        }
      })

      test(`${name}: changed bytes end in an error or in other bytes, never in anything else`, async () => {
        const small = WAYS[name]!(SAMPLE.subarray(0, 20_000))
        await fc.assert(
          fc.asyncProperty(fc.nat(small.length - 1), fc.integer({ min: 1, max: 255 }), async (offset, flip) => {
            const bytes = small.slice()
            bytes[offset] = bytes[offset]! ^ flip
            const result = await decode(bytes).catch((error: unknown) => error)
            if (result instanceof Uint8Array) return
            expect(isOstreeError(result, 'INVALID_ARCHIVE') || isOstreeError(result, 'UNSUPPORTED')).toBe(true)
          }),
          { numRuns: 300 },
        )
      })
    }

    test('zstd: a wrong checksum, a huge window and a dictionary are refused by name', async () => {
      const good = WAYS.zstd!(SAMPLE)
      const badSum = good.slice()
      badSum[badSum.length - 1] = badSum[badSum.length - 1]! ^ 1
      await expect(decode(badSum)).rejects.toThrow("Zstd decompression failed: Restored data doesn't match checksum")
      const header = (...rest: number[]): Uint8Array =>
        Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...rest, ...Array(20).fill(0))
      await expect(decode(header(0x00, 0xff))).rejects.toThrow('Frame requires too much memory for decoding')
      await expect(decode(header(0x01, 0x00, 0x07))).rejects.toThrow('Dictionary mismatch')
      await expect(decode(header(0x08, 0x00))).rejects.toThrow('Unsupported frame parameter')
    })

    test('xz: what the decoder does not know is UNSUPPORTED, not corrupt', async () => {
      const error = await decode(tool('xz', ['--check=sha256', '-c'], SAMPLE)).catch((caught: unknown) => caught)
      expect(isOstreeError(error, 'UNSUPPORTED')).toBe(true)
    })

    test('compressions that libarchive knows and we do not are named', async () => {
      await expect(decode(tool('bzip2', ['-c'], SAMPLE))).rejects.toThrow('bzip2 compression is not available here')
      await expect(decode(tool('lz4', ['-q', '-c'], SAMPLE))).rejects.toThrow('lz4 compression is not available here')
      await expect(decode(tool('xz', ['--format=lzma', '-c'], SAMPLE))).rejects.toThrow('lzma compression')
    })

    test('layers without end are refused', async () => {
      let bytes: Uint8Array = SAMPLE.subarray(0, 10)
      for (let i = 0; i < 26; i++) bytes = gzipSync(bytes)
      await expect(decode(bytes)).rejects.toThrow('Input requires too many filters for decoding')
    })
  })
}
