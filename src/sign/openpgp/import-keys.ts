// Taking keys into a keyring: what is worth keeping of them, and how they are joined with what is there.
// Facts: `gpg --import`, observed and in its public source.

import { concatBytes, equalBytes } from '../../bytes/compare.ts'
import { SIGNATURE_NUMBERS } from './algorithms.ts'
import { dearmor, looksArmored } from './armor.ts'
import { type Component, type KeyBlock, readKeyring, type SignatureNode } from './key-block.ts'
import { parseKey } from './key-packet.ts'
import { TAG, wholePackets } from './packets.ts'
import { selfSignatures } from './self-signatures.ts'
import { SIGNATURE_CLASS, type SignaturePacket } from './signature-packet.ts'
import { encodePacket } from './write-keyring.ts'

export interface ImportResult {
  readonly blocks: readonly KeyBlock[]
  /** Keys that were not there before. */
  readonly imported: number
  /** Keys that were read at all, whatever became of them. */
  readonly considered: number
}

/** The keys of a file: packets, or any number of armored blocks. Of secret keys only what is public is looked at. */
export async function readKeys(bytes: Uint8Array): Promise<KeyBlock[]> {
  return readKeyring(await publicPackets(looksArmored(bytes) ? dearmor(bytes) : bytes))
}

const PUBLIC_TAGS: Readonly<Record<number, number>> = {
  [TAG.secretKey]: TAG.publicKey,
  [TAG.secretSubkey]: TAG.publicSubkey,
}

async function publicPackets(bytes: Uint8Array): Promise<Uint8Array> {
  const packets: Uint8Array[] = []
  let rest = bytes
  for (const packet of wholePackets(bytes)) {
    rest = rest.subarray(packet.bytes.length)
    const tag = PUBLIC_TAGS[packet.tag]
    const key = tag === undefined ? undefined : await parseKey(packet.body, tag === TAG.publicKey)
    if (tag === undefined || typeof key !== 'object') packets.push(packet.bytes)
    else packets.push(...encodePacket({ tag, body: key.body }))
  }
  return concatBytes([...packets, rest])
}

export async function importKeys(
  existing: readonly KeyBlock[],
  incoming: readonly KeyBlock[],
  nowSeconds: number,
): Promise<ImportResult> {
  const blocks = [...existing]
  let imported = 0
  for (const block of incoming) {
    const cleaned = await usableParts(block, nowSeconds)
    if (cleaned === undefined) continue
    const at = blocks.findIndex(({ primary }) => primary.fingerprint === block.primary.fingerprint)
    if (at >= 0) blocks[at] = mergeBlocks(blocks[at]!, cleaned)
    else {
      blocks.push(cleaned)
      imported++
    }
  }
  return { blocks, imported, considered: incoming.length }
}

/** The block without what its own signatures do not vouch for; `undefined` where no user id is left. */
async function usableParts(block: KeyBlock, nowSeconds: number): Promise<KeyBlock | undefined> {
  const self = selfSignatures(block, { nowSeconds })
  const isOwn = ({ signature }: SignatureNode) => signature.keyId === block.primary.keyId
  const holds = async (nodes: readonly SignatureNode[], component: Component | null) => {
    const holding = new Set(await self.holdingOver(nodes, component))
    return nodes.filter((node) => isKept(node.signature) && (!isOwn(node) || holding.has(node.signature)))
  }
  const components: Component[] = []
  for (const component of collapse(block.components)) {
    const signatures = await holds(component.signatures, component)
    const own = signatures.filter(isOwn)
    if (component.kind !== 'subkey') {
      if (own.length > 0) components.push({ ...component, signatures })
    } else {
      const kept = newestBindings(own)
      const isBound = kept.some(({ signature }) => signature.signatureClass === SIGNATURE_CLASS.bindSubkey)
      if (isBound) components.push({ ...component, signatures: kept })
    }
  }
  if (!components.some(({ kind }) => kind !== 'subkey')) return undefined
  return { ...block, direct: await holds(block.direct, null), components }
}

/** Signatures that stay on one machine are not imported, nor are those by algorithms that nobody here knows. */
function isKept({ exportable, publicKeyAlgorithm, signatureClass }: SignaturePacket): boolean {
  return (
    exportable && SIGNATURE_NUMBERS[publicKeyAlgorithm] !== undefined && signatureClass > SIGNATURE_CLASS.standalone
  )
}

/** Of each kind the newest, the last where several are equally new. */
function newestBindings(nodes: readonly SignatureNode[]): SignatureNode[] {
  const best = new Map<number, SignatureNode>()
  for (const node of nodes) {
    const { signatureClass, createdAt } = node.signature
    if (createdAt >= (best.get(signatureClass)?.signature.createdAt ?? 0)) best.set(signatureClass, node)
  }
  return nodes.filter((node) => best.get(node.signature.signatureClass) === node)
}

/** The same user id twice is one with the signatures of both. */
function collapse(components: readonly Component[]): Component[] {
  return components.reduce<Component[]>((done, next) => addComponent(done, next), [])
}

function addComponent(components: readonly Component[], next: Component): Component[] {
  const at = components.findIndex((known) => isSame(known, next))
  if (at < 0) return [...components, { ...next, signatures: addSignatures([], next.signatures) }]
  const known = components[at]!
  const joined = { ...known, signatures: addSignatures(known.signatures, next.signatures) }
  return components.with(at, joined)
}

const isSame = (a: Component, b: Component): boolean => a.kind === b.kind && equalBytes(a.packet.body, b.packet.body)

function addSignatures(known: readonly SignatureNode[], more: readonly SignatureNode[]): SignatureNode[] {
  const all = [...known]
  for (const node of more) {
    if (!all.some(({ packet }) => equalBytes(packet.body, node.packet.body))) all.push(node)
  }
  return all
}

function mergeBlocks(known: KeyBlock, more: KeyBlock): KeyBlock {
  const direct = addSignatures(known.direct, more.direct)
  return { ...known, direct, components: more.components.reduce(addInPlace, known.components) }
}

/** User ids stand before subkeys. */
function addInPlace(components: readonly Component[], next: Component): readonly Component[] {
  const joined = addComponent(components, next)
  if (next.kind === 'subkey') return joined
  return [...joined.filter(({ kind }) => kind !== 'subkey'), ...joined.filter(({ kind }) => kind === 'subkey')]
}
