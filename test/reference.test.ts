// The reference as the tests see it: present, of the version that everything is compared with, and usable.

import { existsSync } from 'node:fs'
import { expect } from 'vitest'
import {
  referenceVersion,
  runInsideReference,
  runReference,
  testInsideReference,
  testWithReference,
} from './reference.ts'

testWithReference('the reference is the version that this project follows', async () => {
  expect(await referenceVersion()).toBe('2026.4')
})

testWithReference("the reference works on this machine's paths", async ({ ostree, dir, repo }) => {
  await ostree('init', '--repo', repo, '--mode=archive')
  expect(existsSync(`${dir}/repo/objects`)).toBe(true)
})

testWithReference('a failing command answers its code and stderr', async ({ dir, ostree }) => {
  const { code, stderr } = await runReference(['refs', '--repo=missing'], { cwd: dir })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: /)
  await expect(ostree('refs', '--repo=missing')).rejects.toThrow('error: ')
})

testInsideReference('programs of the reference root read their input', async () => {
  const { stdout } = await runInsideReference('cat', [], { input: 'through' })
  expect(stdout).toBe('through')
})
