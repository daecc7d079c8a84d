// How the tests run. `npm test` builds first; a single `npx vitest run test/FOLDER` does so through `global-setup.ts`.

import { defineConfig } from 'vitest/config'

const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY']

export default defineConfig({
  test: {
    globalSetup: './test/global-setup.ts',
    setupFiles: './test/seed.ts',
    // Whatever proxy this machine has, servers on its own loopback are asked directly; empty is none.
    env: Object.fromEntries(PROXY_VARIABLES.map((name) => [name, ''])),
    include: ['test/**/*.test.ts'],
    // A guard against hanging alone: a busy machine takes its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/skip-reporter.ts'],
    pool: 'forks',
    maxWorkers: 2, // vitest itself leaves a core of two idle
  },
})
