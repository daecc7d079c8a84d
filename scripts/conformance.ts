// npm run conformance: the reference's own suite against a fresh build of our command (see conformance/README.md).

import { suite } from '../conformance/suite.ts'
import { build } from './build.ts'

export async function main(project: string, args: readonly string[]): Promise<number> {
  const ready = args.includes('--reference') || args.includes('--help') || (await build(project, { commandOnly: true }))
  return ready ? suite(project, args) : 1
}
