// The published entry points: one table, from which the build takes its inputs and `package.json` its `exports`.

/** Subpath of the package to the source behind it. Each source is an `index.ts` that only re-exports. */
export const ENTRIES = {
  '.': 'src/index.ts',
  './bytes': 'src/bytes/index.ts',
  './gvariant': 'src/gvariant/index.ts',
  './objects': 'src/objects/index.ts',
  './keyfile': 'src/keyfile/index.ts',
  './sign': 'src/sign/index.ts',
  './repo': 'src/repo/index.ts',
  './deltas': 'src/deltas/index.ts',
  './pull': 'src/pull/index.ts',
  './tar': 'src/tar/index.ts',
  './memory': 'src/platform/memory/index.ts',
  './browser': 'src/platform/browser/index.ts',
  './node': 'src/platform/node/index.ts',
} as const

/** `./gvariant` is built as dist/lib/gvariant.js, `.` as dist/lib/index.js. */
export const outputName = (subpath: string): string => (subpath === '.' ? 'index' : subpath.slice(2))

/** What `exports` in package.json has to be. */
export function exportsMap(): Record<string, unknown> {
  const entries = Object.entries(ENTRIES).map(([subpath, source]) => [
    subpath,
    {
      types: `./dist/types/${source.replace(/^src\//, '').replace(/\.ts$/, '.d.ts')}`,
      default: `./dist/lib/${outputName(subpath)}.js`,
    },
  ])
  return Object.fromEntries([...entries, ['./package.json', './package.json']])
}
