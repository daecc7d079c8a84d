// The import rule (DESIGN 2): imports point left. `npm run lint` enforces it; test/build/imports.test.ts proves that.
// Cycles and globals are Biome's to find (biome.json).

/** From left to right. A folder imports from the bands before its own, and from the siblings named in `WITHIN`. */
const BANDS = [
  ['bytes', 'text'],
  ['compression', 'dates', 'regex'],
  ['gvariant', 'keyfile'],
  ['objects', 'sign', 'tar', 'selinux'],
  ['repo'],
  ['deltas', 'checkout', 'pull', 'serve'],
  ['bootloader', 'sysroot', 'deploy'],
  ['cli'],
]
const WITHIN = { pull: ['deltas'], sysroot: ['bootloader'], deploy: ['bootloader', 'sysroot'] }

/** Open to everyone. */
const COMMON = ['^src/(errno|errors|network-fault|operation)\\.ts$', '^src/platform/types\\.ts$']
/** Where Node's own modules may be imported. */
const NODE_SIDE = ['^src/platform/node/', '^src/cli/host\\.ts$']

const folder = (name) => `^src/${name}/`
const escaped = (path) => path.replaceAll('.', '\\.')

const layers = BANDS.flatMap((band, index) =>
  band.map((name) => ({
    name: `${name}-imports-left`,
    comment: `src/${name} imports only from itself and from layers to its left`,
    severity: 'error',
    from: { path: folder(name) },
    to: {
      path: '^src/',
      pathNot: [
        ...COMMON,
        ...[name, ...(WITHIN[name] ?? []), ...BANDS.slice(0, index).flat()].map(folder),
        // The command is where everything meets: it makes the platform it runs on.
        ...(name === 'cli' ? ['^src/platform/node/'] : []),
      ],
    },
  })),
)

const known = [...BANDS.flat(), 'platform'].join('|')

export default {
  forbidden: [
    ...layers,
    {
      name: 'folder-has-a-place',
      comment: 'a new folder gets its place in BANDS',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${known})/` },
      to: {},
    },
    {
      name: 'common-imports-nothing',
      comment: 'what everyone imports depends on nothing else',
      severity: 'error',
      from: { path: COMMON },
      to: { pathNot: COMMON },
    },
    {
      name: 'platform-stands-alone',
      comment: 'a platform implements its interfaces and knows no layer but bytes',
      severity: 'error',
      from: { path: folder('platform') },
      to: { path: '^src/', pathNot: [...COMMON, folder('bytes'), folder('platform')] },
    },
    {
      name: 'platforms-do-not-mix',
      comment: 'the Node and the browser platform share only what lies beside them',
      severity: 'error',
      from: { path: '^src/platform/(node|browser)/' },
      to: { path: '^src/platform/(node|browser)/', pathNot: '^src/platform/$1/' },
    },
    {
      name: 'shared-platform-code-is-neutral',
      severity: 'error',
      from: { path: '^src/platform/[^/]+\\.ts$' },
      to: { path: '^src/platform/(node|browser)/' },
    },
    {
      name: 'node-only-in-its-platform',
      comment: "Node's modules are imported in src/platform/node alone (and in src/cli/host.ts)",
      severity: 'error',
      from: { path: '^src/', pathNot: NODE_SIDE },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'node-packages-only-in-its-platform',
      comment: 'packages that need Node stay with it',
      severity: 'error',
      from: { path: '^src/', pathNot: NODE_SIDE },
      to: { path: 'node_modules/(fs-extra|koffi|undici|node-liblzma|graceful-fs)/' },
    },
    {
      name: 'declared-packages-only',
      comment: 'what is shipped depends on what package.json declares for it',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'index-is-for-outsiders',
      comment: 'inside the project, import the file itself',
      severity: 'error',
      from: { path: '^src/', pathNot: '/index\\.ts$' },
      to: { path: '^src/(index|.+/index)\\.ts$' },
    },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: ['test', 'bench', 'conformance', 'scripts', 'dist'].map((name) => `^${escaped(name)}/`) },
    },
  ],
  options: {
    // TypeScript 7 has no API for tools; swc parses instead, and types count as imports.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
}
