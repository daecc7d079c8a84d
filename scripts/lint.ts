// npm run lint: format and rules (Biome), then the import rule. `--fix` writes what Biome can mend.

import { biome, importRule } from './steps.ts'

export async function main(project: string, args: readonly string[]): Promise<number> {
  const codes = [biome(project, ['check', ...(args.includes('--fix') ? ['--write'] : [])]), importRule(project)]
  return codes.every((code) => code === 0) ? 0 : 1
}
