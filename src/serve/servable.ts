// Which files of a repository are served: what its clients read. Facts: spec/pull.md#layout

/** Files at the top, and folders that are served with all that is in them. */
const FILES: ReadonlySet<string> = new Set(['config', 'summary', 'summary.sig'])
const FOLDERS: ReadonlySet<string> = new Set(['objects', 'deltas', 'delta-indexes', 'refs'])

/**
 * The parts of a URL's path, decoded.
 * @returns `undefined` for a path that is none: badly encoded, with `..`, a NUL or an empty part in it.
 */
export function pathParts(urlPath: string): readonly string[] | undefined {
  if (!urlPath.startsWith('/')) return undefined
  const parts = urlPath.slice(1).split('/').map(decodePart)
  return parts.some((part) => part === undefined) ? undefined : (parts as string[])
}

function decodePart(text: string): string | undefined {
  let part: string
  try {
    part = decodeURIComponent(text)
  } catch {
    return undefined // the only thing that can be wrong: a malformed escape
  }
  return part === '' || part === '.' || part === '..' || /[/\\\0]/.test(part) ? undefined : part
}

export function isServable([first, ...rest]: readonly string[]): boolean {
  return first !== undefined && (rest.length === 0 ? FILES.has(first) : FOLDERS.has(first))
}
