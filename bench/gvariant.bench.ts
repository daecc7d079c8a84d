// What decoding and encoding the objects that occur in the tens of thousands costs, and the choices inside: how hex and
// short texts are put together. Prints a table.

import { Bench } from 'tinybench'
import { toHex } from '../src/bytes/hex.ts'
import { printVariant } from '../src/gvariant/print-text.ts'
import { array, bytes, decode, encode, str, struct, u32be, type ValueOf } from '../src/gvariant/schema.ts'
import { readText } from '../src/gvariant/strings.ts'
import { decodeVariant } from '../src/gvariant/variant.ts'

const TIME_MS = 300
/** Results end up here, so that no call can be optimised away. */
let sink = 0

const FILE_HEADER = struct('(uuuusa(ayay))', {
  uid: u32be,
  gid: u32be,
  mode: u32be,
  rdev: u32be,
  symlinkTarget: str,
  xattrs: array(struct('(ayay)', { name: bytes, value: bytes })),
})
const DIRTREE = struct('(a(say)a(sayay))', {
  files: array(struct('(say)', { name: str, checksum: bytes })),
  directories: array(struct('(sayay)', { name: str, contents: bytes, metadata: bytes })),
})

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

const header: ValueOf<typeof FILE_HEADER> = {
  uid: 0,
  gid: 0,
  mode: 0o100644,
  rdev: 0,
  symlinkTarget: '',
  xattrs: [{ name: ascii('security.selinux\0'), value: ascii('system_u:object_r:usr_t:s0\0') }],
}
const dirtree: ValueOf<typeof DIRTREE> = {
  files: Array.from({ length: 5000 }, (_, i) => ({ name: `file-name-${i}.txt`, checksum: new Uint8Array(32).fill(i) })),
  directories: [],
}

async function measure(title: string, tasks: Readonly<Record<string, () => number>>): Promise<void> {
  const bench = new Bench({ time: TIME_MS, warmupTime: TIME_MS / 3 })
  for (const [name, task] of Object.entries(tasks)) {
    bench.add(name, () => {
      sink += task()
    })
  }
  await bench.run()
  console.log(`\n${title}`)
  for (const { name, result } of bench.tasks) {
    if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`)
    console.log(`  ${name.padEnd(48)}${(result.latency.p50 * 1000).toFixed(2).padStart(12)} µs`)
  }
}

/** The other way to put hex together. */
const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
function joinedHex(data: Uint8Array): string {
  let text = ''
  for (const byte of data) text += PAIRS[byte]
  return text
}

/** The other way to read a text. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
function decodedText(data: Uint8Array): string {
  return decoder.decode(data.subarray(0, data.length - 1))
}

const headerBytes = encode(FILE_HEADER, header)
const dirtreeBytes = encode(DIRTREE, dirtree)
await measure('file header with one attribute', {
  encode: () => encode(FILE_HEADER, header).length,
  decode: () => decode(FILE_HEADER, headerBytes).xattrs.length,
})
await measure('dirtree of 5,000 files', {
  encode: () => encode(DIRTREE, dirtree).length,
  decode: () => decode(DIRTREE, dirtreeBytes).files.length,
  'decode and print': () => printVariant(decodeVariant('(a(say)a(sayay))', dirtreeBytes)).length,
})

// Flattening a joined string costs when it is used, so each result is looked up as a path would be.
const known = new Map<string, number>()
const checksums = dirtree.files.map((file) => file.checksum)
await measure('hex of 5,000 checksums', {
  'bytes, then TextDecoder': () => checksums.reduce((sum, data) => sum + (known.get(toHex(data)) ?? 1), 0),
  'joining strings': () => checksums.reduce((sum, data) => sum + (known.get(joinedHex(data)) ?? 1), 0),
})
for (const length of [8, 24, 32, 48, 96]) {
  const text = ascii(`${'x'.repeat(length)}\0`)
  await measure(`text of ${length} characters`, {
    'readText (up to 32 by hand)': () => known.get(readText(text, 0, text.length)) ?? 1,
    TextDecoder: () => known.get(decodedText(text)) ?? 1,
  })
}
if (sink === 0) throw new Error('nothing was measured')
