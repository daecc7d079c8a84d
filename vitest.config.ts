// How the tests run. `npm test` builds first; a single `npx vitest run test/FOLDER` does so through `global-setup.ts`.

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './test/global-setup.ts',
    setupFiles: './test/seed.ts',
    include: ['test/**/*.test.ts'],
    // A guard against hanging alone: a busy machine takes its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/skip-reporter.ts'],
    pool: 'forks',
    maxWorkers: 2, // vitest itself leaves a core of two idle
  },
})
