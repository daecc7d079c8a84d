// Before any test: dist/cli.js is that of the sources as they stand. It does nothing when `npm test` has just built.

import { resolve } from 'node:path'
import { build } from '../scripts/build.ts'

export default async function setup(): Promise<void> {
  const done = await build(resolve(import.meta.dirname, '..'), { commandOnly: true })
  // Tests of one folder may run while another does not compile; `npm test` itself stops at its own build.
  if (!done) console.error('the command does not build: tests that run it use the last build, if any')
}
