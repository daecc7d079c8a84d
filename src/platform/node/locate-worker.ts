// Where the worker's script is: next to what runs, or, when TypeScript sources run, in `dist/`.

import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const fs = process.getBuiltinModule('node:fs')
const SCRIPT = 'worker.js'

/** `undefined` when there is none to be had, or only one older than the sources: work then stays in this thread. */
export function locateWorker(): URL | undefined {
  const here = fileURLToPath(import.meta.url)
  if (here.endsWith('.ts')) return freshBuild(path.resolve(here, '../../..'))
  for (let directory = path.dirname(here), up = 0; up < 4; up++, directory = path.dirname(directory)) {
    const script = path.join(directory, SCRIPT)
    if (fs.existsSync(script)) return pathToFileURL(script)
  }
  return undefined
}

function freshBuild(sources: string): URL | undefined {
  const script = path.join(sources, '..', 'dist', SCRIPT)
  const built = fs.statSync(script, { throwIfNoEntry: false })
  if (built === undefined) return undefined
  for (const name of fs.readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue
    const changed = fs.statSync(path.join(sources, name), { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (changed > built.mtimeMs) return undefined
  }
  return pathToFileURL(script)
}
