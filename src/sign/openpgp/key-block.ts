// A key with all that hangs on it: user ids, subkeys and their signatures. And keyrings, which are such blocks in a row.
// Facts: RFC 4880 section 11.1; what spoils a keyring: GnuPG as observed.

import { type KeyPacket, parseKey } from './key-packet.ts'
import { type Packet, readPackets, TAG } from './packets.ts'
import { parseSignature, type SignaturePacket } from './signature-packet.ts'

export interface SignatureNode {
  readonly packet: Packet
  readonly signature: SignaturePacket
}

interface ComponentBase {
  readonly packet: Packet
  readonly signatures: readonly SignatureNode[]
}

export interface UserIdComponent extends ComponentBase {
  readonly kind: 'user-id' | 'attribute'
}

export interface SubkeyComponent extends ComponentBase {
  readonly kind: 'subkey'
  readonly key: KeyPacket
}

export type Component = UserIdComponent | SubkeyComponent

export interface KeyBlock {
  readonly primary: KeyPacket
  readonly packet: Packet
  /** Signatures over the key itself. */
  readonly direct: readonly SignatureNode[]
  /** In their order in the keyring. */
  readonly components: readonly Component[]
}

/** Past this a keyring is not read: it bounds what a hostile one costs. */
const MAX_PACKETS = 200_000

/**
 * The keys of a keyring: OpenPGP packets, not armored. What is unreadable ends it, together with the key it belongs to
 * (which stays where the end comes amid what a signature says of itself); keys of unknown versions are passed over.
 */
export async function readKeyring(bytes: Uint8Array): Promise<KeyBlock[]> {
  const blocks: KeyBlock[] = []
  let building: BlockBuilder | null = null
  let count = 0
  const finish = () => {
    if (building?.block !== undefined) blocks.push(building.block)
    building = null
  }
  for (const packet of readPackets(bytes)) {
    if (packet === 'invalid' || ++count > MAX_PACKETS) return blocks
    if (packet.cut) {
      if (packet.tag === TAG.signature && parseSignature(packet) === 'ended') break
      return blocks
    }
    if (packet.tag === TAG.publicKey || packet.tag === TAG.secretKey) {
      finish()
      building = await startBlock(packet)
      if (building === null) return blocks
    } else if (building !== null && !(await building.add(packet))) return blocks
  }
  finish()
  return blocks
}

interface BlockBuilder {
  /** `undefined` while a key is passed over. */
  readonly block: KeyBlock | undefined
  /** False where the packet spoils the keyring. */
  add(packet: Packet): Promise<boolean>
}

async function startBlock(packet: Packet): Promise<BlockBuilder | null> {
  const primary = await parseKey(packet.body, true)
  if (primary === 'invalid') return null
  if (primary === 'unknown-version' || packet.tag === TAG.secretKey) return { block: undefined, add: async () => true }
  const direct: SignatureNode[] = []
  const components: Component[] = []
  let signatures: SignatureNode[] | null = direct
  const add = async (next: Packet): Promise<boolean> => {
    switch (next.tag) {
      case TAG.signature: {
        const signature = parseSignature(next)
        if (typeof signature === 'string') return false
        signatures?.push({ packet: next, signature })
        return true
      }
      case TAG.userId:
      case TAG.userAttribute:
        signatures = []
        components.push({ kind: next.tag === TAG.userId ? 'user-id' : 'attribute', packet: next, signatures })
        return true
      case TAG.publicSubkey: {
        const key = await parseKey(next.body, false)
        if (key === 'invalid') return false
        signatures = key === 'unknown-version' ? null : []
        if (key !== 'unknown-version')
          components.push({ kind: 'subkey', packet: next, key, signatures: signatures ?? [] })
        return true
      }
      default:
        return true // trust packets and whatever else is kept in keyrings
    }
  }
  return { block: { primary, packet, direct, components }, add }
}

export function allKeysOf(block: KeyBlock): KeyPacket[] {
  return [block.primary, ...block.components.flatMap((part) => (part.kind === 'subkey' ? [part.key] : []))]
}

/** The block that holds a key, primary or not, by fingerprint or key id; the first where there are several. */
export function findBlock(blocks: readonly KeyBlock[], id: string): KeyBlock | undefined {
  return blocks.find((block) => keyIn(block, id) !== undefined)
}

export function keyIn(block: KeyBlock, id: string): KeyPacket | undefined {
  return allKeysOf(block).find((key) => (id.length === 40 ? key.fingerprint === id : key.keyId === id))
}
