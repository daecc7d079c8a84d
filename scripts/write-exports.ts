// Writes the `exports` of package.json from the table of entry points (npm run exports). A test compares the two.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportsMap } from './entries.ts'

export async function main(project: string): Promise<number> {
  const path = join(project, 'package.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  manifest.exports = exportsMap()
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`)
  return 0
}
