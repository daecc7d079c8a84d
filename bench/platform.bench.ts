// What the platform's calls cost, to choose between ways of doing the same: hash engines by size, extended attributes,
// looking at, opening and linking files, and deflate. Prints a table; `bench/README.md` says what was learnt.

import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Bench } from 'tinybench'
import { nodePlatform } from '../src/platform/node/platform.ts'
import * as portable from '../src/platform/portable-deflate.ts'

const TIME_MS = 300
/** Results end up here, so that no call can be optimised away. */
let sink = 0

function consume(length: number): void {
  sink += length
}

async function measure(title: string, add: (bench: Bench) => void): Promise<void> {
  const bench = new Bench({ time: TIME_MS, warmupTime: TIME_MS / 3 })
  add(bench)
  await bench.run()
  console.log(`\n${title}`)
  for (const { name, result } of bench.tasks) {
    if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`)
    const micros = result.latency.p50 * 1000
    const bytes = Number(/(\d+) B$/.exec(name)?.[1] ?? 0)
    const speed = bytes > 0 ? `${(bytes / micros).toFixed(0)} MB/s` : ''
    console.log(`  ${name.padEnd(48)}${micros.toFixed(2).padStart(12)} µs  ${speed}`)
  }
}

function sample(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = 1
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[i] = i % 7 < 3 ? 65 : state >>> 24
  }
  return bytes
}

async function hashing(): Promise<void> {
  const native = await nodePlatform({ workers: 1, hash: 'native' })
  const wasm = await nodePlatform({ workers: 1, hash: 'wasm' })
  for (const size of [64, 1024, 65_536, 1 << 20]) {
    const data = sample(size)
    await measure(`SHA-256 of ${size} bytes`, (bench) => {
      for (const [engine, platform] of [
        ['native', native],
        ['wasm', wasm],
      ] as const) {
        bench.add(`${engine} sha256Once, ${size} B`, () => {
          consume(platform.sha256Once(data).length)
        })
        bench.add(`${engine} sha256().update().digest(), ${size} B`, () => {
          const hasher = platform.sha256()
          hasher.update(data)
          consume(hasher.digest().length)
        })
      }
    })
  }
}

async function files(dir: string): Promise<void> {
  const platform = await nodePlatform({ workers: 1 })
  const { fs: ours, xattrs } = platform
  const [file, missing] = [join(dir, 'file'), join(dir, 'missing')]
  fs.writeFileSync(file, sample(300))
  if (xattrs === null) throw new Error('no extended attributes here')
  const plain = join(dir, 'plain')
  fs.writeFileSync(plain, '')
  await xattrs.set(file, 'user.ostreemeta', sample(60))

  await measure('extended attributes', (bench) => {
    bench.add('read a file that has none', () => void xattrs.read(plain))
    bench.add('read a file that has one', () => void xattrs.read(file))
    bench.add('get one', () => void xattrs.get(file, 'user.ostreemeta'))
    bench.add('get one that is not there', () => void xattrs.get(plain, 'user.ostreemeta'))
    bench.add('set one', () => void xattrs.set(file, 'user.ostreemeta', sample(60)))
  })
  await measure('looking', (bench) => {
    bench.add('lstat', () => void ours.lstat(file))
    bench.add('fs.lstatSync alone', () => void fs.lstatSync(file))
    bench.add('fs.promises.lstat', async () => void (await fs.promises.lstat(file)))
    bench.add('tryLstat of nothing', () => void ours.tryLstat(missing))
    bench.add('lstat of nothing, caught', () => {
      try {
        ours.lstat(missing)
      } catch {
        sink += 1
      }
    })
    bench.add('devino', () => void ours.devino(file))
    bench.add('readDirectory of 3', () => void ours.readDirectory(dir))
  })
  await measure('opening and reading 300 bytes', (bench) => {
    bench.add('open and close', async () => {
      const handle = await ours.open(file, 'r')
      await handle.close()
    })
    bench.add('fs.promises.open and close', async () => (await fs.promises.open(file)).close())
    bench.add('readFile', () => void ours.readFile(file))
    bench.add('tryReadFile', () => void ours.tryReadFile(file))
    bench.add('fs.readFileSync', () => void fs.readFileSync(file))
    bench.add('fs.promises.readFile', async () => void (await fs.promises.readFile(file)))
  })
  await measure('making', (bench) => {
    const target = join(dir, 'made')
    bench.add('link and unlink', () => {
      void ours.link(plain, target)
      void ours.unlink(target)
    })
    bench.add('open wx, write 300 bytes, fchmod, close, unlink', async () => {
      const handle = await ours.open(target, 'wx')
      await handle.write(sample(300))
      await handle.chmod(0o644)
      await handle.close()
      await ours.unlink(target)
    })
  })
}

async function deflate(): Promise<void> {
  const platform = await nodePlatform({ workers: 1 })
  for (const size of [300, 65_536]) {
    const data = sample(size)
    const packed = platform.deflateRawOnce(data, 6)
    await measure(`deflate and inflate of ${size} bytes`, (bench) => {
      bench.add(`zlib deflateRawOnce, ${size} B`, () => consume(platform.deflateRawOnce(data, 6).length))
      bench.add(`fflate deflateRawOnce, ${size} B`, () => consume(portable.deflateRawOnce(data, 6).length))
      bench.add(`zlib inflateRawOnce, ${size} B`, () => consume(platform.inflateRawOnce(packed, size).length))
      bench.add(`fflate inflateRawOnce, ${size} B`, () => consume(portable.inflateRawOnce(packed, size).length))
    })
  }
}

const dir = fs.mkdtempSync(join(tmpdir(), 'ostree-ts-bench-'))
try {
  await hashing()
  await files(dir)
  await deflate()
  console.log(`\n(${sink === 0 ? 'nothing was computed' : 'results were used'})`)
} finally {
  fs.rmSync(dir, { recursive: true })
}
