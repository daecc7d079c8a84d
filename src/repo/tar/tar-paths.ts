// Where the entries of an archive go: their paths, relative to the tree's root.

import { OstreeError } from '../../errors.ts'

const MAX_PATH_BYTES = 4096

export interface PathTranslation {
  /** Called with each relative path; what it answers is where the entry goes. */
  readonly translatePath?: ((path: string) => string) | undefined
  /** Put `/etc` into `/usr/etc`. Ignored where there is a translation. */
  readonly ostreeConvention?: boolean | undefined
}

/**
 * The path of an entry, or of what a hard link leads to, in the tree; empty for the root.
 * @throws {@link OstreeError} `FAILED` for one that leads upwards.
 */
export function finalPath(path: string, { translatePath, ostreeConvention = false }: PathTranslation): string {
  const relative = relativePath(path)
  if (translatePath !== undefined) return translatePath(relative)
  return ostreeConvention && /^etc(\/|$)/.test(relative) ? `usr/${relative}` : relative
}

/** Without the slashes, dots and, behind a first slash, uplinks that it starts with. */
function relativePath(path: string): string {
  const relative = path.replace(/^(\/+(\.\.(?=\/))?)+/, '').replace(/^(\.\/|\/)+/, '')
  const result = relative === '.' ? '' : relative
  try {
    splitPath(result)
  } catch (error) {
    if (error instanceof OstreeError) error.message = `While making relative path "${result}":${error.message}`
    throw error
  }
  return result
}

/** The elements of a path, without those that say nothing. @throws {@link OstreeError} `FAILED` */
export function splitPath(path: string): string[] {
  if (path.length > MAX_PATH_BYTES / 3 && new TextEncoder().encode(path).length > MAX_PATH_BYTES) {
    throw new OstreeError('FAILED', { reason: `Path '${path}' is too long` })
  }
  const elements = path.split('/').filter((element) => element !== '' && element !== '.')
  if (elements.includes('..')) throw new OstreeError('FAILED', { reason: `Invalid uplink '..' in path ${path}` })
  return elements
}
