// Paths inside the directory that the platform was given: its root is `/`, and nothing leads out of it.

import { OstreeError } from '../../errors.ts'
import { attempt, errnoOf, failure } from './dom-error.ts'
import type { DirectoryEntryHandle, FileEntry } from './handles.ts'

const NAME_MAX_BYTES = 255

/** A place a path leads to. `directory` is `undefined` for the root itself. */
export interface Place {
  readonly parent: DirectoryEntryHandle
  readonly name: string
  readonly isRoot: boolean
}

export type Found =
  | { readonly kind: 'file'; readonly entry: FileEntry }
  | { readonly kind: 'directory'; readonly entry: DirectoryEntryHandle }

/** Names on the way; there are no links, so `..` is simply one name less. */
function namesOf(path: string, call: string): string[] {
  if (path.includes('\0')) throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid path ${JSON.stringify(path)}` })
  if (path === '') throw failure('ENOENT', call, path)
  const names: string[] = []
  for (const name of path.split('/')) {
    if (new TextEncoder().encode(name).length > NAME_MAX_BYTES) throw failure('ENAMETOOLONG', call, path)
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  return names
}

export async function locate(root: DirectoryEntryHandle, path: string, call: string): Promise<Place> {
  const names = namesOf(path, call)
  const name = names.pop()
  let parent = root
  for (const step of names) parent = await attempt(call, path, () => parent.getDirectoryHandle(step))
  return { parent, name: name ?? '', isRoot: name === undefined }
}

/** What is at a place; `undefined` when nothing is. */
export async function look(place: Place, path: string, call: string): Promise<Found | undefined> {
  if (place.isRoot) return { kind: 'directory', entry: place.parent }
  try {
    return { kind: 'file', entry: await place.parent.getFileHandle(place.name) }
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT') return undefined
    if (errno !== 'ENOTDIR') throw errno === undefined ? error : failure(errno, call, path, error)
  }
  return { kind: 'directory', entry: await attempt(call, path, () => place.parent.getDirectoryHandle(place.name)) }
}

export async function find(root: DirectoryEntryHandle, path: string, call: string): Promise<Found> {
  const found = await look(await locate(root, path, call), path, call)
  if (found === undefined) throw failure('ENOENT', call, path)
  return found
}

export async function findDirectory(
  root: DirectoryEntryHandle,
  path: string,
  call: string,
): Promise<DirectoryEntryHandle> {
  const found = await find(root, path, call)
  if (found.kind === 'directory') return found.entry
  throw failure('ENOTDIR', call, path)
}
