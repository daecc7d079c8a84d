// How the tests run. `npm test` builds first; a single `npx vitest run test/FOLDER` does so through `global-setup.ts`.

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './test/global-setup.ts',
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/skip-reporter.ts'],
    pool: 'forks',
    maxWorkers: 2, // vitest itself leaves a core of two idle
  },
})
