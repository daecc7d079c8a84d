// Before any test: dist/cli.js is that of the sources as they stand. It does nothing when `npm test` has just built.

import { resolve } from 'node:path'
import { buildTheCommand } from '../scripts/build.ts'

export default async function setup(): Promise<void> {
  await buildTheCommand(resolve(import.meta.dirname, '..'))
}
