// Two directory trees, entry by entry: names, types, modes, owners, link counts, attributes, times and bytes. Nothing is
// held but one folder's names and one piece of a file.

import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { toHex } from '../../src/bytes/hex.ts'
import type { XattrAccess } from '../../src/platform/types.ts'
import { differenceOfFiles } from './compare-files.ts'

export interface TreeComparison {
  entries: number
  /** Of the left side's regular files. */
  bytes: bigint
  /** `PATH: what differs`. At most `MAX_DIFFERENCES` are kept. */
  readonly differences: string[]
  differing: number
}

export interface CompareOptions {
  readonly xattrs: XattrAccess
  /** When both sides were made, in nanoseconds since the epoch: two times from then on count as equal. */
  readonly startedAt: bigint
}

const MAX_DIFFERENCES = 20

export async function compareTrees(left: string, right: string, options: CompareOptions): Promise<TreeComparison> {
  const result: TreeComparison = { entries: 0, bytes: 0n, differences: [], differing: 0 }
  await compareEntry(left, right, '.', options, result)
  return result
}

async function compareEntry(
  left: string,
  right: string,
  path: string,
  options: CompareOptions,
  result: TreeComparison,
): Promise<void> {
  const stat = lstatSync(left, { bigint: true })
  result.entries++
  if (stat.isFile()) result.bytes += stat.size
  for (const what of await differences(left, stat, right, options)) note(result, path, what)
  if (!stat.isDirectory()) return
  const names = [namesIn(left), namesIn(right)] as const
  for (const name of names[0]) {
    const below = `${path}/${name}`
    if (names[1].delete(name)) await compareEntry(join(left, name), join(right, name), below, options, result)
    else note(result, below, 'only on the left')
  }
  for (const name of names[1]) note(result, `${path}/${name}`, 'only on the right')
}

function note(result: TreeComparison, path: string, what: string): void {
  result.differing++
  if (result.differences.length < MAX_DIFFERENCES) result.differences.push(`${path}: ${what}`)
}

/** None where there is no folder: the other side's type tells. */
function namesIn(folder: string): Set<string> {
  return new Set(lstatSync(folder).isDirectory() ? readdirSync(folder).sort() : [])
}

async function differences(
  left: string,
  stat: BigIntStats,
  right: string,
  { xattrs, startedAt }: CompareOptions,
): Promise<string[]> {
  const other = lstatSync(right, { bigint: true })
  const found: string[] = []
  const compare = (what: string, ours: unknown, theirs: unknown) => {
    if (ours !== theirs) found.push(`${what} ${ours} and ${theirs}`)
  }
  compare('mode', stat.mode.toString(8), other.mode.toString(8))
  if (stat.mode >> 12n !== other.mode >> 12n) return found
  compare('owner', `${stat.uid}:${stat.gid}`, `${other.uid}:${other.gid}`)
  compare('link count', stat.nlink, other.nlink)
  compare('device', stat.rdev, other.rdev)
  compare('attributes', await attributes(xattrs, left), await attributes(xattrs, right))
  const ofTheRun = stat.mtimeNs >= startedAt && other.mtimeNs >= startedAt
  if (!ofTheRun) compare('time', stat.mtimeNs, other.mtimeNs)
  if (stat.isSymbolicLink()) compare('target', readlinkSync(left), readlinkSync(right))
  if (stat.isFile()) {
    if (!left.endsWith('.filez')) compare('size', stat.size, other.size)
    const bytes = await differenceOfFiles(left, right)
    if (bytes !== undefined) found.push(bytes)
  }
  return found
}

async function attributes(xattrs: XattrAccess, path: string): Promise<string> {
  const list = (await xattrs.read(path)).map(([name, value]) => `${Buffer.from(name).toString()}=${toHex(value)}`)
  return list.sort().join(' ')
}
