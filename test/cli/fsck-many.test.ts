// fsck of a repository in which very much is missing: all of it is told, as the reference tells it.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Output, runReference, testWithReference } from '../reference.ts'
import { runInProcess } from './in-process.ts'

/** Lines, and commits in them, in any order: the reference's is that of a hash table. Progress ticks with the clock. */
const seen = ({ code, stdout, stderr }: Output) => ({
  code,
  stderr: stderr
    .split('\n')
    .map((line) => line.replace(/(?<=in commits )[0-9a-f, ]+(?=:)/, (list) => list.split(', ').sort().join(', ')))
    .sort(),
  stdout: stdout.split('\n').filter((line) => !/^fsck objects \((?!\d+\/\d+\) 100%)/.test(line)),
})

testWithReference('hundreds of missing objects of several commits', async ({ dir, repo, ostree }) => {
  mkdirSync(join(dir, 'tree'))
  await ostree('init', `--repo=${repo}`, '--mode=bare-user-only')
  for (const number of [1, 2]) {
    for (let i = 0; i < 400; i++) writeFileSync(join(dir, 'tree', `${i}`), `${i} ${i % 3 === 0 ? number : ''}`)
    await ostree('commit', `--repo=${repo}`, '-b', 'main', `--timestamp=@${number}`, '--no-xattrs', 'tree')
  }
  let removed = 0
  for (const folder of readdirSync(join(repo, 'objects'))) {
    for (const name of readdirSync(join(repo, 'objects', folder))) {
      if (!name.endsWith('.file') || Number.parseInt(name.slice(0, 2), 16) % 2 === 0) continue
      rmSync(join(repo, 'objects', folder, name))
      removed++
    }
  }
  expect(removed).toBeGreaterThan(200)
  const ours = seen(await runInProcess(['fsck', '--repo=repo'], { cwd: dir }))
  for (const name of readdirSync(join(repo, 'state'))) rmSync(join(repo, 'state', name))
  const theirs = seen(await runReference(['fsck', '--repo=repo'], { cwd: dir }))
  expect(ours).toEqual(theirs)
  expect(ours.stderr.filter((line) => line.startsWith('Object missing'))).toHaveLength(removed)
})
