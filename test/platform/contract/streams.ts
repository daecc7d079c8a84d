// Hashing and compression: the same results everywhere, in bounded memory.

import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { pseudoRandomBytes } from '../../seed.ts'
import type { Suite } from './suite.ts'
import { bytes, collect, errorOf, pieces, sample, sha256Hex, toHex } from './support.ts'

export function testStreams(suite: Suite): void {
  describe('hashing', () => {
    test('one piece and any pieces give the SHA-256', () => {
      const { platform } = suite
      for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 128, 1000, 4096, 65_537, 1_000_003]) {
        const data = sample(size)
        expect(toHex(platform.sha256Once(data))).toBe(sha256Hex(data))
        for (const step of [1, 63, 64, 4096, 1 << 20]) {
          if (size / step > 5000) continue
          const hasher = platform.sha256()
          for (let start = 0; start < size; start += step) hasher.update(data.subarray(start, start + step))
          expect(toHex(hasher.digest())).toBe(sha256Hex(data))
        }
      }
      expect(Object.getPrototypeOf(platform.sha256Once(bytes('x')))).toBe(Uint8Array.prototype)
    })
    test('hashers do not disturb one another', () => {
      const { platform } = suite
      const data = Array.from({ length: 5 }, (_, index) => sample(1000 + index * 77))
      const hashers = data.map(() => platform.sha256())
      for (let start = 0; start < 1500; start += 50) {
        for (const [index, hasher] of hashers.entries())
          hasher.update((data[index] as Uint8Array).subarray(start, start + 50))
        platform.sha256Once(bytes('between'))
      }
      expect(hashers.map((hasher) => toHex(hasher.digest()))).toEqual(data.map(sha256Hex))
    })
  })

  describe('compression', () => {
    const sizes = [0, 1, 100, 16_384, 65_536, 700_001]
    test('what one deflates, zlib inflates, and the other way round, at every level', async () => {
      const { platform } = suite
      for (const size of sizes) {
        const data = sample(size)
        for (const level of [0, 1, 6, 9]) {
          const once = platform.deflateRawOnce(data, level)
          expect(Buffer.compare(inflateRawSync(once), data)).toBe(0)
          expect(Buffer.compare(platform.inflateRawOnce(deflateRawSync(data, { level }), size), data)).toBe(0)
        }
        for (const step of [997, 65_536]) {
          const streamed = await collect(platform.deflateRaw(pieces(data, step), 6))
          expect(Buffer.compare(inflateRawSync(streamed), data)).toBe(0)
          const back = await collect(platform.inflateRaw(pieces(deflateRawSync(data), step)))
          expect(Buffer.compare(back, data)).toBe(0)
        }
      }
    })
    test('more than `maxBytes` is an error, exactly as many is not', async () => {
      const { platform } = suite
      const bomb = deflateRawSync(new Uint8Array(50_000_000))
      expect((await errorOf(() => platform.inflateRawOnce(bomb, 1000))).code).toBe('INVALID_FORMAT')
      const exact = deflateRawSync(sample(1000))
      expect(platform.inflateRawOnce(exact, 1000).length).toBe(1000)
      expect((await errorOf(() => platform.inflateRawOnce(exact, 999))).code).toBe('INVALID_FORMAT')
      expect((await errorOf(() => platform.inflateRawOnce(exact, 0))).code).toBe('INVALID_FORMAT')
      expect(platform.inflateRawOnce(deflateRawSync(new Uint8Array(0)), 0).length).toBe(0)
    })
    test('every truncation is INVALID_FORMAT, at once and streaming', async () => {
      const { platform } = suite
      const data = sample(400)
      for (const level of [0, 1, 9]) {
        const whole = deflateRawSync(data, { level })
        for (let length = 0; length < whole.length; length++) {
          const cut = whole.subarray(0, length)
          expect((await errorOf(() => platform.inflateRawOnce(cut, 1000))).code).toBe('INVALID_FORMAT')
          expect((await errorOf(() => collect(platform.inflateRaw(pieces(cut, 100))))).code).toBe('INVALID_FORMAT')
        }
      }
    })
    test('an invalid block type is INVALID_FORMAT', async () => {
      const { platform } = suite
      const bad = Uint8Array.of(0xff, 0xff, 0xff, 0xff)
      expect((await errorOf(() => platform.inflateRawOnce(bad, 1000))).code).toBe('INVALID_FORMAT')
      expect((await errorOf(() => collect(platform.inflateRaw(pieces(bad, 100))))).code).toBe('INVALID_FORMAT')
    })
    test('what follows the end is left alone, and the stream ends there', async () => {
      const { platform } = suite
      const trailing = Buffer.concat([deflateRawSync(sample(500)), Buffer.alloc(300_000, 7)])
      expect(Buffer.compare(platform.inflateRawOnce(trailing, 1000), sample(500))).toBe(0)
      expect(Buffer.compare(await collect(platform.inflateRaw(pieces(trailing, 1000))), sample(500))).toBe(0)
    })
    test('the pieces that are deflated may all lie in one array', async () => {
      const { platform } = suite
      const data = pseudoRandomBytes(3_000_000)
      async function* reusing(piece: Uint8Array) {
        for (let start = 0; start < data.length; start += piece.length) {
          const part = data.subarray(start, start + piece.length)
          piece.set(part)
          yield piece.subarray(0, part.length)
        }
      }
      for (const length of [100, 5000, 400_000]) {
        const stored = await collect(platform.deflateRaw(reusing(new Uint8Array(length)), 1))
        expect(Buffer.compare(inflateRawSync(stored), data)).toBe(0)
      }
    })
    test('a reader that waits holds the source back, both ways', async () => {
      const { platform } = suite
      let pulled = 0
      async function* counting(piece: Uint8Array) {
        for (; pulled < 50_000_000; pulled += piece.length) yield piece
        throw new Error('the source is never held back')
      }
      const random = pseudoRandomBytes(65_536)
      const stored = deflateRawSync(new Uint8Array(20_000_000), { finishFlush: constants.Z_FULL_FLUSH })
      for (const stream of [platform.deflateRaw(counting(random), 1), platform.inflateRaw(counting(stored))]) {
        pulled = 0
        const reader = stream[Symbol.asyncIterator]()
        for (let taken = 0; taken < 3; taken++) expect((await reader.next()).done).toBe(false)
        await new Promise((resolve) => setTimeout(resolve, 100))
        expect(pulled).toBeLessThan(1_000_000)
        await reader.return?.()
      }
    })
    test('a failing source fails the stream with its own error, and a reader may leave early', async () => {
      const { platform } = suite
      async function* failing() {
        yield sample(100_000)
        throw new RangeError('the source broke')
      }
      await expect(collect(platform.deflateRaw(failing(), 6))).rejects.toThrow(new RangeError('the source broke'))
      const random = pseudoRandomBytes(65_536)
      let released = false
      async function* endless() {
        try {
          for (let count = 0; count < 1000; count++) yield random
          throw new Error('the source is never let go')
        } finally {
          released = true
        }
      }
      for await (const piece of platform.deflateRaw(endless(), 1)) {
        expect(piece.length).toBeGreaterThan(0)
        break
      }
      await expect.poll(() => released).toBe(true)
    })
  })
}
