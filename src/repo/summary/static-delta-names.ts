// Which static deltas a repository has: `deltas/XX/REST` for `FROM-TO` or `TO`, in OSTree's base64.
// Facts: spec/repository.md#layout

import { decodeDeltaBase64, encodeDeltaBase64 } from '../../bytes/base64.ts'
import { type Checksum, checksumFromBytes, checksumToBytes, parseChecksum } from '../../objects/checksum.ts'
import type { Repo } from '../repo.ts'

export interface StaticDeltaName {
  /** `null` for a delta from nothing. */
  readonly from: Checksum | null
  readonly to: Checksum
}

const ENCODED_LENGTH = 43

/** `FROM-TO`, or `TO`, as lists and summaries spell a delta. */
export const formatDeltaName = ({ from, to }: StaticDeltaName): string => (from === null ? to : `${from}-${to}`)

const encodeChecksum = (checksum: Checksum): string => encodeDeltaBase64(checksumToBytes(checksum))

/** `FROM-TO` or `TO` as text. @throws {@link OstreeError} `INVALID_CHECKSUM` */
export function parseDeltaName(text: string): StaticDeltaName {
  const dash = text.indexOf('-')
  if (dash < 0) return { from: null, to: parseChecksum(text) }
  return { from: parseChecksum(text.slice(0, dash)), to: parseChecksum(text.slice(dash + 1)) }
}

/** A delta's folder below the repository, or below a remote's URL. */
export function relativeDeltaPath({ from, to }: StaticDeltaName): string {
  const name = from === null ? encodeChecksum(to) : `${encodeChecksum(from)}-${encodeChecksum(to)}`
  return `deltas/${name.slice(0, 2)}/${name.slice(2)}`
}

export const deltaPath = (repo: Repo, name: StaticDeltaName): string => `${repo.path}/${relativeDeltaPath(name)}`

/** The file that lists the deltas to a commit. */
export function relativeDeltaIndexPath(to: Checksum): string {
  const name = encodeChecksum(to)
  return `delta-indexes/${name.slice(0, 2)}/${name.slice(2)}.index`
}

/** Deltas whose superblock is there. */
export async function listStaticDeltas(repo: Repo): Promise<StaticDeltaName[]> {
  const { fs } = repo.platform
  const root = `${repo.path}/deltas`
  const found: StaticDeltaName[] = []
  for (const { name: prefix, kind } of (await fs.tryReadDirectory(root)) ?? []) {
    if (kind !== 'directory') continue
    for (const { name: rest, kind: inner } of await fs.readDirectory(`${root}/${prefix}`)) {
      if (inner !== 'directory') continue
      if ((await fs.tryStat(`${root}/${prefix}/${rest}/superblock`)) === undefined) continue
      const delta = parseEncodedName(prefix + rest)
      if (delta !== null) found.push(delta)
    }
  }
  return found
}

function parseEncodedName(text: string): StaticDeltaName | null {
  const decode = (part: string) => checksumFromBytes(decodeDeltaBase64(part))
  if (text.length === ENCODED_LENGTH) return { from: null, to: decode(text) }
  if (text.length !== 2 * ENCODED_LENGTH + 1 || text[ENCODED_LENGTH] !== '-') return null
  return { from: decode(text.slice(0, ENCODED_LENGTH)), to: decode(text.slice(ENCODED_LENGTH + 1)) }
}
