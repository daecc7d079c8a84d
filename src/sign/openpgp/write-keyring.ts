// A keyring as bytes: the packets of its keys in a row, each with the header that GnuPG gives it.

import { concatBytes } from '../../bytes/compare.ts'
import type { KeyBlock } from './key-block.ts'
import type { Packet } from './packets.ts'

export function writeKeyring(blocks: readonly KeyBlock[]): Uint8Array {
  return concatBytes(blocks.flatMap((block) => packetsOf(block)).flatMap(encodePacket))
}

function packetsOf({ packet, direct, components }: KeyBlock): Packet[] {
  const rest = components.flatMap((part) => [part.packet, ...part.signatures.map((node) => node.packet)])
  return [packet, ...direct.map((node) => node.packet), ...rest]
}

/** GnuPG writes the old kind of header where the tag fits, with as few bytes of length as will do. */
export function encodePacket({ tag, body }: Pick<Packet, 'tag' | 'body'>): Uint8Array[] {
  if (tag > 15) return [newHeader(tag, body.length), body]
  const lengthBytes = body.length > 0xffff ? 4 : body.length > 0xff ? 2 : 1
  const header = new Uint8Array(1 + lengthBytes)
  header[0] = 0x80 | (tag << 2) | Math.log2(lengthBytes)
  for (let i = 0; i < lengthBytes; i++) header[1 + i] = (body.length / 256 ** (lengthBytes - 1 - i)) & 0xff
  return [header, body]
}

function newHeader(tag: number, length: number): Uint8Array {
  if (length < 192) return Uint8Array.of(0xc0 | tag, length)
  if (length < 8384) return Uint8Array.of(0xc0 | tag, 192 + ((length - 192) >> 8), (length - 192) & 0xff)
  const header = Uint8Array.of(0xc0 | tag, 0xff, 0, 0, 0, 0)
  new DataView(header.buffer).setUint32(2, length)
  return header
}
