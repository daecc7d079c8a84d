// Which chunks of a new file the old one has, too. Facts: spec/delta-generation.md#rollsum

import type { Platform } from '../../platform/types.ts'
import { type Content, chunksOf } from '../../repo/store/content.ts'
import { Chunker, LastBoundary, MAX_CHUNK_BYTES } from './rollsum.ts'

export interface ChunkMatches {
  /** Runs that both files have, by their place in the new one. */
  readonly matches: readonly ChunkMatch[]
  /** Sums of chunks of the new file that chunks of the old one have, each counted once. */
  readonly sums: number
  /** Chunks of the new file. */
  readonly total: number
  readonly matchedBytes: number
}

export interface ChunkMatch {
  readonly sizeBytes: number
  readonly to: number
  readonly from: number
}

/** Gives a file's bytes anew at each call. */
export type ReadContent = () => Promise<Content>

/**
 * Compares two files, reading each twice and holding little of either. By an old mistake of the reference a chunk is told
 * by a sum not of its own bytes, but of as many at the start of the file: so only chunks of a length up to which both
 * files begin alike can match.
 */
export async function matchChunks(platform: Platform, from: ReadContent, to: ReadContent): Promise<ChunkMatches> {
  const old = await cut(platform, from)
  const fresh = await cut(platform, to)
  const firstPlace = new Map<string, number>()
  for (const { digest, start } of old.chunks) if (!firstPlace.has(digest)) firstPlace.set(digest, start)
  const oldSums = new Set(old.chunks.map(({ sizeBytes }) => old.sums[sizeBytes]!))
  const shared = new Set<number>()
  const matches: ChunkMatch[] = []
  let matchedBytes = 0
  for (const { digest, start, sizeBytes } of fresh.chunks) {
    const sum = fresh.sums[sizeBytes]!
    if (!oldSums.has(sum)) continue
    shared.add(sum)
    const place = firstPlace.get(digest)
    if (place === undefined || old.sums[sizeBytes] !== sum) continue
    matches.push({ sizeBytes, to: start, from: place })
    matchedBytes += sizeBytes
  }
  return { matches, sums: shared.size, total: fresh.chunks.length, matchedBytes }
}

interface CutFile {
  readonly chunks: readonly { readonly digest: string; readonly start: number; readonly sizeBytes: number }[]
  /** CRC-32 of that many bytes from the start of the file. */
  readonly sums: Uint32Array
}

async function cut(platform: Platform, read: ReadContent): Promise<CutFile> {
  const boundary = new LastBoundary()
  for await (const piece of chunksOf(await read())) {
    boundary.push(piece)
    await platform.breathe()
  }
  const chunks: { digest: string; start: number; sizeBytes: number }[] = []
  const chunker = new Chunker(boundary.at, (bytes, start) => {
    const digest = String.fromCharCode(...platform.sha256Once(bytes))
    chunks.push({ digest, start, sizeBytes: bytes.length })
  })
  const head = new Uint8Array(MAX_CHUNK_BYTES)
  let headBytes = 0
  for await (const piece of chunksOf(await read())) {
    if (headBytes < head.length) {
      const part = piece.subarray(0, head.length - headBytes)
      head.set(part, headBytes)
      headBytes += part.length
    }
    chunker.push(piece)
    await platform.breathe()
  }
  chunker.finish()
  return { chunks, sums: runningCrc32(head.subarray(0, headBytes)) }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** The CRC-32 of each beginning of `bytes`, the empty one first. */
function runningCrc32(bytes: Uint8Array): Uint32Array {
  const sums = new Uint32Array(bytes.length + 1)
  let state = 0xffffffff
  for (let i = 0; i < bytes.length; i++) {
    state = (state >>> 8) ^ CRC_TABLE[(state ^ bytes[i]!) & 0xff]!
    sums[i + 1] = state ^ 0xffffffff
  }
  return sums
}
