// file_contexts.subs and file_contexts.subs_dist: paths that are labelled as if they stood elsewhere.
// Facts: selabel_file(5), and libselinux 3.11 as observed.

export interface Substitution {
  readonly from: string
  readonly to: string
}

/** libselinux reads lines into a buffer of this size, less one; a longer line counts as several. */
const MAX_LINE_BYTES = 1023

/** The substitutions of a file, the one that counts first (the last in the file) in front. */
export function parseSubstitutions(text: string): Substitution[] {
  const substitutions: Substitution[] = []
  for (const line of text.split('\n')) {
    for (let at = 0; at === 0 || at < line.length; at += MAX_LINE_BYTES) {
      const [from, to] = line
        .slice(at, at + MAX_LINE_BYTES)
        .split('\0', 1)
        .join('')
        .split(/[\t\n\v\f\r ]+/)
        .filter((word) => word !== '')
      if (from !== undefined && to !== undefined && !from.startsWith('#')) substitutions.unshift({ from, to })
    }
  }
  return substitutions
}

/** The path with its beginning replaced; `undefined` where no substitution applies. */
export function substitute(substitutions: readonly Substitution[], path: string): string | undefined {
  for (const { from, to } of substitutions) {
    if (!path.startsWith(from)) continue
    const rest = path.slice(from.length)
    if (rest === '') return to
    if (rest.startsWith('/')) return to === '/' ? rest : to + rest
  }
  return undefined
}
