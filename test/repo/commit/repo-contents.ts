// All that a repository holds, in a form that two repositories can be compared by.

import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { nodePlatform } from '../../../src/platform/node/platform.ts'

const HEADER_FRAME_BYTES = 8

export interface RepoContentsOptions {
  /** Leave out times: for a tree that was adopted, say. Default: they count. */
  readonly ignoreTimes?: boolean
  /** Leave out owners and times of `.file` objects. Default: they count. */
  readonly ignoreOwnersAndTimesOfFiles?: boolean
}

/**
 * Objects and refs by path, each with its mode, owner, time, attributes and bytes. Of a `.filez` the header and the
 * inflated bytes count, as deflated ones may differ; so do the sizes of folders and files, which are left out.
 */
export async function repoContents(repo: string, options: RepoContentsOptions = {}): Promise<Record<string, string>> {
  const contents: Record<string, string> = {}
  for (const root of ['objects', 'refs', 'state']) await addFolder(repo, root, contents, options)
  return contents
}

async function addFolder(
  repo: string,
  folder: string,
  contents: Record<string, string>,
  options: RepoContentsOptions,
): Promise<void> {
  for (const entry of (await readdir(join(repo, folder), { withFileTypes: true })).sort(byName)) {
    const path = `${folder}/${entry.name}`
    contents[path] = await describe(join(repo, path), options)
    if (entry.isDirectory()) await addFolder(repo, path, contents, options)
  }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1)

async function describe(path: string, options: RepoContentsOptions): Promise<string> {
  const { ignoreTimes = false, ignoreOwnersAndTimesOfFiles = false } = options
  const stat = await lstat(path)
  // Regular files of a bare repository have a fixed time; everything else that of its making.
  const hasFixedTime = path.endsWith('.file') && stat.isFile()
  const ignored = ignoreOwnersAndTimesOfFiles && hasFixedTime
  const parts = [stat.mode.toString(8), ignored ? '' : `${stat.uid}:${stat.gid}`, await attributes(path)]
  if (hasFixedTime && !ignoreTimes && !ignored) parts.push(`mtime ${stat.mtimeMs}`)
  if (stat.isSymbolicLink()) parts.push(`-> ${await readlink(path)}`)
  else if (stat.isFile()) parts.push(digest(path, await readFile(path)))
  return parts.join(' ')
}

const platform = nodePlatform({ workers: 1 })

async function attributes(path: string): Promise<string> {
  const { xattrs } = await platform
  const list = (await xattrs?.read(path)) ?? []
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return list
    .map(([name, value]) => `${Buffer.from(name).toString()}=${hex(value)}`)
    .sort()
    .join(',')
}

function digest(path: string, bytes: Buffer): string {
  const sha256 = (part: Uint8Array) => createHash('sha256').update(part).digest('hex')
  if (!path.endsWith('.filez')) return sha256(bytes)
  const headerEnd = HEADER_FRAME_BYTES + bytes.readUInt32BE(0)
  const body = bytes.subarray(headerEnd)
  return `${bytes.subarray(0, headerEnd).toString('hex')} ${body.length === 0 ? 'no body' : sha256(inflateRawSync(body))}`
}
