// Two files byte for byte, a piece at a time. Of a `.filez` the header counts and what the body inflates to: deflated
// bytes depend on the zlib that made them.

import { createHash } from 'node:crypto'
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'

const PIECE_BYTES = 1 << 20
/** A `.filez` starts with the length of its header, big-endian, and four bytes of padding. */
const FRAME_BYTES = 8

/** What differs, in words; `undefined` when nothing does. */
export async function differenceOfFiles(left: string, right: string): Promise<string | undefined> {
  if (left.endsWith('.filez')) return differenceOfArchived(left, right)
  return sameBytes(left, right) ? undefined : 'bytes'
}

const pieces = [new Uint8Array(PIECE_BYTES), new Uint8Array(PIECE_BYTES)] as const

function sameBytes(left: string, right: string): boolean {
  const files = [openSync(left, 'r'), openSync(right, 'r')] as const
  try {
    for (;;) {
      const lengths = files.map((file, side) => fill(file, pieces[side]!))
      if (lengths[0] !== lengths[1]) return false
      if (Buffer.compare(pieces[0].subarray(0, lengths[0]), pieces[1].subarray(0, lengths[1])) !== 0) return false
      if (lengths[0]! < PIECE_BYTES) return true
    }
  } finally {
    for (const file of files) closeSync(file)
  }
}

/** Reads until `piece` is full or the file ends; answers how many bytes there were. */
function fill(file: number, piece: Uint8Array): number {
  let filled = 0
  while (filled < piece.length) {
    const read = readSync(file, piece, filled, piece.length - filled, null)
    if (read === 0) break
    filled += read
  }
  return filled
}

async function differenceOfArchived(left: string, right: string): Promise<string | undefined> {
  const sides = await Promise.all([archivedContent(left), archivedContent(right)])
  for (const what of ['header', 'inflated', 'trailing'] as const) {
    if (sides[0][what] !== sides[1][what]) return `${what} (${sides.map((side) => side[what]).join(', ')})`
  }
  return undefined
}

interface ArchivedContent {
  readonly header: string
  /** Length and SHA-256 of what the body inflates to. */
  readonly inflated: string
  /** Bytes after the end of the deflated body. */
  readonly trailing: number
}

async function archivedContent(path: string): Promise<ArchivedContent> {
  const file = openSync(path, 'r')
  const { size } = fstatSync(file)
  const frame = Buffer.alloc(FRAME_BYTES)
  if (fill(file, frame) < FRAME_BYTES) {
    closeSync(file)
    return { header: 'too short', inflated: '', trailing: 0 }
  }
  const header = Buffer.alloc(Math.min(frame.readUInt32BE(0), size))
  fill(file, header)
  closeSync(file)
  const start = FRAME_BYTES + header.length
  const told = `${frame.toString('hex')} ${header.toString('hex')}`
  if (start >= size) return { header: told, inflated: 'no body', trailing: 0 } // a symbolic link
  const inflate = createInflateRaw()
  const hash = createHash('sha256')
  let length = 0
  await pipeline(createReadStream(path, { start }), inflate, async (source: AsyncIterable<Buffer>) => {
    for await (const piece of source) {
      hash.update(piece)
      length += piece.length
    }
  })
  const inflated = `${length} bytes, ${hash.digest('hex').slice(0, 16)}`
  return { header: told, inflated, trailing: size - start - inflate.bytesWritten }
}
