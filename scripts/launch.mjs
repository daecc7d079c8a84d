// Runs one of the project's scripts: `node scripts/launch.mjs NAME ARGS` installs what is missing, compiles
// scripts/NAME.ts in memory and calls its `main(project, args)`. Needs nothing but Node and npm; when the packages are
// there it installs nothing.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const project = dirname(dirname(fileURLToPath(import.meta.url)))

/** Packages by folder as a lock file lists them; `undefined` when there is no such file. */
function packagesOf(lockFile) {
  if (!existsSync(lockFile)) return undefined
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'))
  return Object.entries(packages).filter(([path]) => path !== '')
}

/** npm writes what it installed to node_modules/.package-lock.json, last of all. */
function installed() {
  const wanted = packagesOf(join(project, 'package-lock.json'))
  const present = packagesOf(join(project, 'node_modules/.package-lock.json'))
  if (wanted === undefined || present === undefined) return false
  const versions = new Map(present.map(([path, entry]) => [path, entry.version]))
  // A package for another system is in the lock file and not in the folder.
  return wanted.every(([path, { version, optional }]) => (versions.get(path) ?? (optional && version)) === version)
}

function install() {
  console.error('installing packages (npm ci)')
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: project,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** Scripts are TypeScript, which Node 20 does not run: esbuild turns one and what it imports into a module. */
async function load(name) {
  const esbuild = await import(pathToFileURL(join(project, 'node_modules/esbuild/lib/main.js')).href)
  const folder = join(project, 'node_modules/.cache/ostree-ts')
  const compiled = join(folder, `${name}-${process.pid}.mjs`)
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(project, 'scripts', `${name}.ts`)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    write: false,
  })
  mkdirSync(folder, { recursive: true })
  writeFileSync(compiled, outputFiles[0].contents)
  try {
    return await import(pathToFileURL(compiled).href)
  } finally {
    rmSync(compiled)
  }
}

const [name, ...args] = process.argv.slice(2)
if (name === undefined || !existsSync(join(project, 'scripts', `${name}.ts`))) {
  console.error('usage: node scripts/launch.mjs SCRIPT [ARGS]')
  process.exit(2)
}
if (!installed()) install()
const { main } = await load(name)
process.exitCode = await main(project, args)
