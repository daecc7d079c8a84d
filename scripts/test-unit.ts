// npm run test:unit -- [PATHS]: vitest alone, on a fresh build of the command.

import { vitest } from './steps.ts'

export const main = async (project: string, args: readonly string[]): Promise<number> => vitest(project, args)
