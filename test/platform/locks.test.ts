// Our locks and those of other processes: libostree's own, and the kernel's open-file-description locks.

import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { referenceCommand } from '../../conformance/reference-command.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import type { FileHandle, LockAccess, LockKind } from '../../src/platform/types.ts'
import { runReference, temporaryDirectory, testWithReference } from '../reference.ts'

async function lockFile(path: string): Promise<{ locks: LockAccess; handle: FileHandle }> {
  const { fs, locks } = await nodePlatform({ workers: 1 })
  if (locks === null) throw new Error('no locks here')
  const handle = await fs.open(path, 'rw', 0o660)
  onTestFinished(async () => handle.close())
  return { locks, handle }
}

/** A child that is killed when the test ends. */
function holder(program: string, args: readonly string[]) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return { child, exited }
}

/** Prints a line once it holds the lock over the whole file, and holds it until its input ends. */
const PYTHON_HOLDER = `
import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o660)
kind = fcntl.F_WRLCK if sys.argv[2] == 'exclusive' else fcntl.F_RDLCK
fcntl.fcntl(fd, fcntl.F_OFD_SETLK, struct.pack('hhqqi4x', kind, os.SEEK_SET, 0, 0, 0))
print('held', flush=True)
sys.stdin.read()
`
const PYTHON_TRY = PYTHON_HOLDER.replace('sys.stdin.read()', '')

const pythonMissing =
  spawnSync('python3', ['-c', 'import fcntl; fcntl.F_OFD_SETLK']).status === 0
    ? undefined
    : 'no python3 that knows F_OFD_SETLK'

test('open-file-description locks of another process exclude ours, and ours exclude them', async (context) => {
  if (pythonMissing !== undefined) context.skip(pythonMissing)
  const path = join(await temporaryDirectory(), '.lock')
  const { locks, handle } = await lockFile(path)
  const rows: [theirs: LockKind, ours: LockKind, free: boolean][] = [
    ['shared', 'shared', true],
    ['shared', 'exclusive', false],
    ['exclusive', 'shared', false],
    ['exclusive', 'exclusive', false],
  ]
  for (const [theirs, ours, free] of rows) {
    const { child, exited } = holder('python3', ['-c', PYTHON_HOLDER, path, theirs])
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect([theirs, ours, await locks.tryLock(handle, ours)]).toEqual([theirs, ours, free])
    child.stdin.end()
    await exited
    expect(await locks.tryLock(handle, ours)).toBe(true)
    const attempt = spawnSync('python3', ['-c', PYTHON_TRY, path, theirs], { encoding: 'utf8' })
    expect(attempt.status === 0).toBe(free)
    if (!free) expect(attempt.stderr).toContain('BlockingIOError')
    await locks.unlock(handle)
  }
})

testWithReference('libostree waits for our locks, and fails when its time is up', async ({ ostree, repo, dir }) => {
  await ostree('init', '--repo', repo, '--mode=archive')
  appendFileSync(join(repo, 'config'), 'lock-timeout-secs=1\n')
  const { locks, handle } = await lockFile(join(repo, '.lock'))
  expect(await locks.tryLock(handle, 'exclusive')).toBe(true)
  const commit = ['commit', '--repo', repo, '-b', 'main', `--tree=dir=${join(dir, 'repo/refs')}`]
  const refused = await runReference(commit)
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(/^error: .*Locking repo shared failed: Resource temporarily unavailable\n$/)
  await locks.tryLock(handle, 'shared')
  await ostree(...commit)
  const prune = await runReference(['prune', '--repo', repo, '--refs-only'])
  expect(prune.code).toBe(1)
  expect(prune.stderr).toMatch(/Locking repo exclusive failed: Resource temporarily unavailable/)
  await locks.unlock(handle)
  await ostree('prune', '--repo', repo, '--refs-only')
})

testWithReference('a commit of libostree that is under way holds us off', async ({ ostree, repo, dir }) => {
  await ostree('init', '--repo', repo, '--mode=archive')
  const [program, ...first] = referenceCommand()
  // It waits for somebody to write to the pipe, inside its transaction.
  const pipe = join(dir, 'pipe')
  spawnSync('mkfifo', [pipe])
  const { exited } = holder(program, [...first, 'commit', '--repo', repo, '-b', 'main', `--tree=tar=${pipe}`])
  const { locks, handle } = await lockFile(join(repo, '.lock'))
  await expect
    .poll(async () => {
      const free = await locks.tryLock(handle, 'exclusive')
      if (free) await locks.unlock(handle)
      return free
    })
    .toBe(false)
  expect(await locks.tryLock(handle, 'shared')).toBe(true)
  await writeFile(pipe, spawnSync('tar', ['-c', '-C', join(repo, 'refs'), '.']).stdout)
  expect(await exited).toBe(0)
  expect(await locks.tryLock(handle, 'exclusive')).toBe(true)
})
