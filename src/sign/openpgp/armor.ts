// ASCII armor. Facts: RFC 4880 section 6; GnuPG also takes it without a checksum, and refuses a wrong one.

import { concatBytes } from '../../bytes/compare.ts'
import { TAG } from './packets.ts'

const BEGIN = /^-----BEGIN PGP (SIGNATURE|MESSAGE|PUBLIC KEY BLOCK|PRIVATE KEY BLOCK)-----\s*$/
const END = /^-----END PGP /

const PLAIN_TAGS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 61, 63]
const OPEN_TAGS: readonly number[] = [TAG.compressed, TAG.encrypted, TAG.encryptedIntegrity, TAG.literal, 16, 61, 63]

/** Whether bytes cannot be packets, so that armor has to be looked for. */
export function looksArmored(bytes: Uint8Array): boolean {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return false
  if ((first & 0x80) === 0) return true
  const isNew = (first & 0x40) !== 0
  const tag = isNew ? first & 0x3f : (first >> 2) & 0x0f
  if (!PLAIN_TAGS.includes(tag)) return true
  const isOpen = isNew ? second >= 224 && second < 255 : (first & 3) === 3
  return isOpen && !OPEN_TAGS.includes(tag)
}

/** The packets of all armored blocks, in a row; none where there is no armor. */
export function dearmor(bytes: Uint8Array): Uint8Array {
  return concatBytes([...armoredBlocks(bytes)])
}

const latin1 = new TextDecoder('latin1')

function* armoredBlocks(bytes: Uint8Array): Generator<Uint8Array> {
  const lines = latin1.decode(bytes).split(/\r?\n/)
  let inside = false
  let inHeaders = false
  let encoded: string[] = []
  for (const line of lines) {
    if (!inside) {
      inside = BEGIN.test(line)
      inHeaders = inside
      encoded = []
    } else if (END.test(line)) {
      inside = false
      const decoded = decodeBlock(encoded)
      if (decoded !== undefined) yield decoded
    } else if (inHeaders) inHeaders = line.trim() !== ''
    else encoded.push(line.trim())
  }
}

function decodeBlock(lines: readonly string[]): Uint8Array | undefined {
  const body = lines.filter((line) => !/^=[A-Za-z0-9+/]{4}$/.test(line)).join('')
  const checksum = lines.find((line) => /^=[A-Za-z0-9+/]{4}$/.test(line))?.slice(1)
  const bytes = decodeBase64(body)
  if (bytes === undefined) return undefined
  if (checksum === undefined) return bytes
  const [a = 0, b = 0, c = 0] = decodeBase64(checksum) ?? []
  return crc24(bytes) === a * 65536 + b * 256 + c ? bytes : undefined
}

function decodeBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

function crc24(bytes: Uint8Array): number {
  let crc = 0xb704ce
  for (const byte of bytes) {
    crc ^= byte << 16
    for (let i = 0; i < 8; i++) crc = (crc << 1) ^ ((crc & 0x800000) === 0 ? 0 : 0x1864cfb)
  }
  return crc & 0xffffff
}
