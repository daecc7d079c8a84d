// Which files and directories a pull of some paths wants. Facts: spec/pull.md#subpaths

/** @param subpaths - `undefined` wants everything. */
export function wantsFile(subpaths: readonly string[] | undefined, path: string): boolean {
  return subpaths === undefined || subpaths.some((wanted) => wanted === path || isBelow(path, wanted))
}

/** A directory on the way to a wanted path is wanted, too. */
export function wantsDirectory(subpaths: readonly string[] | undefined, path: string): boolean {
  return wantsFile(subpaths, path) || subpaths?.some((wanted) => isBelow(wanted, path)) === true
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`)
