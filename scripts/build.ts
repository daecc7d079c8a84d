// Builds dist/: the command (cli.js, worker.js and their chunks, packages bundled), the library (lib/, one module an
// entry point, packages left outside) and its declarations (types/). Does nothing when no source has changed.
//   build [--clean] [--command-only]      --clean: from nothing, as for a release

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type BuildOptions, build as bundle, type OutputFile } from 'esbuild'
import { ENTRIES, outputName } from './entries.ts'

/** Never bundled: native, optional or loaded only when used. */
const NATIVE = ['koffi', 'node-liblzma']

/** Files that decide what dist/ holds. */
function inputs(project: string): string[] {
  const sources = readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join('src', path))
  return [
    ...sources,
    'scripts/build.ts',
    'scripts/entries.ts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ].sort()
}

function fingerprint(project: string): string {
  const hash = createHash('sha256')
  for (const path of inputs(project)) {
    const { size, mtimeMs } = statSync(join(project, path))
    hash.update(`${path}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

const common: BuildOptions = {
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
  write: false,
  entryNames: '[name]',
  chunkNames: 'chunk-[hash]',
  legalComments: 'none',
}

async function bundleCommand(project: string): Promise<readonly OutputFile[]> {
  const { outputFiles } = await bundle({
    ...common,
    write: false,
    entryPoints: { cli: join(project, 'src/cli/main.ts'), worker: join(project, 'src/worker.ts') },
    outdir: join(project, 'dist'),
    platform: 'node',
    // hash-wasm's `main` is a UMD file, whose names a dynamic import does not see.
    mainFields: ['module', 'main'],
    external: NATIVE,
    minifySyntax: true,
    minifyWhitespace: true,
    // Packages in CommonJS call require.
    banner: {
      js: "import{createRequire as ostreeTsRequire}from'node:module';const require=ostreeTsRequire(import.meta.url);",
    },
  })
  return outputFiles
}

async function bundleLibrary(project: string): Promise<readonly OutputFile[]> {
  const entries = Object.entries(ENTRIES).map(([subpath, source]) => [outputName(subpath), join(project, source)])
  const { outputFiles } = await bundle({
    ...common,
    write: false,
    entryPoints: { ...Object.fromEntries(entries), worker: join(project, 'src/worker.ts') },
    outdir: join(project, 'dist/lib'),
    platform: 'neutral',
    packages: 'external',
    external: ['node:*'],
  })
  return outputFiles
}

/** A process that started before this build may still load the chunks of the one before. */
const GRACE_MS = 10 * 60_000

/** Puts each file in place in one step, entry points last, so that a command started meanwhile finds all it imports. */
function place(folder: string, files: readonly OutputFile[]): void {
  mkdirSync(folder, { recursive: true })
  const isChunk = (path: string) => basename(path).startsWith('chunk-')
  for (const file of [...files].sort((a, b) => Number(isChunk(b.path)) - Number(isChunk(a.path)))) {
    const fresh = `${file.path}.${process.pid}.new`
    const isCommand = basename(file.path) === 'cli.js'
    writeFileSync(fresh, isCommand ? `#!/usr/bin/env node\n${file.text}` : file.contents, {
      mode: isCommand ? 0o755 : 0o644,
    })
    renameSync(fresh, file.path)
  }
  const current = new Set(files.map((file) => file.path))
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isFile() && !current.has(path) && Date.now() - statSync(path).mtimeMs > GRACE_MS) rmSync(path)
  }
}

/** Runs a part of the build unless its stamp says that it was run on the same sources. */
async function once(project: string, name: string, now: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(join(project, 'dist'), { recursive: true })
  const stamp = join(project, 'dist', `.${name}`)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return
  console.error(`building ${name}`)
  await work()
  writeFileSync(stamp, now)
}

/** dist/cli.js and dist/worker.js: what `runOurs` in the tests and the demo run. */
export async function buildTheCommand(project: string): Promise<void> {
  await once(project, 'command', fingerprint(project), async () => {
    place(join(project, 'dist'), await bundleCommand(project))
  })
}

export async function buildTheLibrary(project: string): Promise<void> {
  await once(project, 'library', fingerprint(project), async () => {
    place(join(project, 'dist/lib'), await bundleLibrary(project))
  })
}

export async function buildTheTypes(project: string): Promise<void> {
  await once(project, 'types', fingerprint(project), async () => {
    const types = join(project, 'dist/types')
    const fresh = `${types}.${process.pid}.new`
    const tsc = join(project, 'node_modules/typescript/bin/tsc')
    const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh], {
      cwd: project,
      stdio: 'inherit',
    })
    if (status !== 0) throw new BuildFailed('the declarations could not be made')
    rmSync(types, { recursive: true, force: true })
    renameSync(fresh, types)
  })
}

/** What went wrong has been printed. */
class BuildFailed extends Error {}

/** Everything that is not up to date. Answers whether it went well; what went wrong has been printed. */
export async function build(project: string, { commandOnly = false } = {}): Promise<boolean> {
  try {
    await buildTheCommand(project)
    if (commandOnly) return true
    await buildTheLibrary(project)
    await buildTheTypes(project)
    return true
  } catch (error) {
    if (error instanceof BuildFailed || isBundleFailure(error)) return false
    throw error
  }
}

/** esbuild prints what it finds before it throws. */
const isBundleFailure = (error: unknown): boolean => error instanceof Error && 'errors' in error

export async function main(project: string, args: readonly string[]): Promise<number> {
  if (args.includes('--clean')) rmSync(join(project, 'dist'), { recursive: true, force: true })
  const done = await build(project, { commandOnly: args.includes('--command-only') })
  return done ? 0 : 1
}
