// All that can be seen of a directory tree, in a form that two trees can be compared by.

import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../../../src/platform/types.ts'

/** Inodes of a repository's objects and cached copies, by what they are. */
export function objectInodes(repo: string): ReadonlyMap<string, string> {
  const inodes = new Map<string, string>()
  for (const store of ['objects', 'uncompressed-objects-cache']) {
    for (const entry of listAll(join(repo, store))) {
      const { dev, ino } = lstatSync(join(repo, store, entry))
      inodes.set(`${dev}:${ino}`, `${store}/${entry}`)
    }
  }
  return inodes
}

/** Not Node's recursive readdir, which goes into links to directories, and a bare repository may hold such links. */
function listAll(dir: string, prefix = ''): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`
    return entry.isDirectory() ? listAll(join(dir, entry.name), `${path}/`) : [path]
  })
}

/**
 * One line for each entry: path, mode, owner, size or target or device, a hash of the bytes, attributes, modification
 * time, and the object it is linked to. A time other than 0 is masked: it is that of the run.
 */
export async function snapshot(
  platform: Platform,
  root: string,
  objects: ReadonlyMap<string, string> = new Map(),
): Promise<string[]> {
  const lines: string[] = []
  const visit = async (path: string): Promise<void> => {
    const full = path === '' ? root : join(root, path)
    const stat = lstatSync(full)
    const attributes = await platform.xattrs?.read(full)
    const shown = [...(attributes ?? [])]
      .map(([name, value]) => `${Buffer.from(name).toString()}=${Buffer.from(value).toString('hex')}`)
      .sort()
    const object = objects.get(`${stat.dev}:${stat.ino}`)
    lines.push(
      [
        path === '' ? '.' : path,
        stat.mode.toString(8),
        `${stat.uid}:${stat.gid}`,
        contentOf(full, stat.mode),
        stat.isCharacterDevice() ? `rdev=${stat.rdev}` : '',
        shown.join(','),
        stat.isSymbolicLink() && object === undefined ? '' : stat.mtimeMs === 0 ? 'mtime=0' : 'mtime=recent',
        object ?? (stat.isDirectory() ? '' : `nlink=${stat.nlink}`),
      ].join(' | '),
    )
    if (!stat.isDirectory()) return
    for (const name of readdirSync(full).sort()) await visit(path === '' ? name : `${path}/${name}`)
  }
  await visit('')
  return lines
}

function contentOf(path: string, mode: number): string {
  switch (mode & 0o170000) {
    case 0o100000: {
      const bytes = readFileSync(path)
      return `${bytes.length} ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`
    }
    case 0o120000:
      return `-> ${readlinkSync(path)}`
    default:
      return ''
  }
}
