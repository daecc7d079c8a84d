// What a commit leaves behind when it cannot go on: killed at any moment, on a full disk, where it may not write. The
// reference finds the repository good each time, and a second try succeeds.

import { spawn } from 'node:child_process'
import { chmodSync, chownSync, linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ReferenceContext, run, runOurs, runReference, testWithReference } from '../../reference.ts'
import { pseudoRandomBytes } from '../../seed.ts'

const COMMAND = resolve(import.meta.dirname, '../../../dist/cli.js')
const AS_ROOT = process.getuid?.() === 0
const TIMESTAMP = '--timestamp=@1'

/** Files of many sizes, some 8 MB in all: enough for half a second of work. */
function makeTree(path: string): void {
  const bytes = pseudoRandomBytes(4 << 20)
  for (let folder = 0; folder < 20; folder++) {
    mkdirSync(join(path, `folder-${folder}`), { recursive: true })
    for (let file = 0; file < 30; file++) {
      const size = (folder * 977 + file * 131_071) % 40_000
      const start = (folder * 30 + file) * 1000
      writeFileSync(join(path, `folder-${folder}`, `file-${file}`), bytes.subarray(start, start + size))
    }
  }
  writeFileSync(join(path, 'large'), bytes)
}

/** Delays in milliseconds, the same in each run, from before the first object to after the last. */
function delays(count: number): number[] {
  let state = 7
  return Array.from({ length: count }, (_, index) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.round(60 + (600 * (index + (state >>> 16) / 65_536)) / count)
  })
}

/** Runs our command and kills it, with no chance to tidy up. */
function killAfter(delayMs: number, args: readonly string[], cwd: string): Promise<'killed' | 'done'> {
  return new Promise((settle, failed) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { cwd, stdio: 'ignore' })
    const timer = setTimeout(() => child.kill('SIGKILL'), delayMs)
    child.on('error', failed)
    child.on('close', (_, signal) => {
      clearTimeout(timer)
      settle(signal === 'SIGKILL' ? 'killed' : 'done')
    })
  })
}

async function expectGood({ ostree, repo }: ReferenceContext): Promise<void> {
  expect((await ostree('fsck', `--repo=${repo}`)).stderr).toBe('')
}

for (const mode of ['archive', 'bare', 'bare-user'] as const) {
  testWithReference(
    `killed at any moment of a commit to ${mode}: the repository is good, and the next commit succeeds`,
    async (context) => {
      const { dir, repo, ostree, ours } = context
      makeTree(join(dir, 'tree'))
      await ostree('init', `--repo=${repo}`, `--mode=${mode}`)
      await ostree('init', '--repo=expected', `--mode=${mode}`)
      const expected = (await ostree('commit', '--repo=expected', '--parent=none', '-b', 'main', TIMESTAMP, 'tree'))
        .stdout
      const argv = ['commit', `--repo=${repo}`, '--parent=none', '-b', 'main', TIMESTAMP, 'tree']
      const outcomes: string[] = []
      for (const delay of delays(6)) {
        outcomes.push(await killAfter(delay, argv, dir))
        await expectGood(context)
        const { code, stdout } = await runReference(['rev-parse', `--repo=${repo}`, 'main'])
        expect(code === 0 ? stdout : expected).toBe(expected)
        // Half of the times all but the temporary files is gone again, so that the next kill finds work to do.
        await run('rm', ['-rf', join(repo, 'refs/heads/main')])
        if (outcomes.length % 2 === 0) await run('sh', ['-c', `rm -rf ${repo}/objects/*`])
      }
      expect(outcomes).toContain('killed')
      expect((await ours(...argv)).stdout).toBe(expected)
      await expectGood(context)
      expect(readdirSync(join(repo, 'tmp')).filter((name) => name !== 'cache')).toEqual([])
    },
    { timeout: 120_000 },
  )
}

testWithReference(
  'what a killed commit leaves is taken up by the reference, and the other way round',
  async (context) => {
    const { dir, repo, ostree, ours } = context
    makeTree(join(dir, 'tree'))
    await ostree('init', `--repo=${repo}`, '--mode=archive')
    const argv = ['commit', `--repo=${repo}`, '--parent=none', '-b', 'main', TIMESTAMP, 'tree']
    await killAfter(350, argv, dir)
    const { stdout } = await ostree(...argv)
    await expectGood(context)
    await run('rm', ['-rf', join(repo, 'refs/heads/main')])
    expect((await ours(...argv)).stdout).toBe(stdout)
    await expectGood(context)
  },
)

/** A file system of `megabytes`, mounted for the running test. */
async function smallFileSystem(path: string, megabytes: number): Promise<(options: string) => Promise<void>> {
  mkdirSync(path)
  const mount = async (options: string) => {
    const { code, stderr } = await run('mount', ['-t', 'tmpfs', '-o', options, 'none', path])
    if (code !== 0) throw new Error(`mount: ${stderr}`)
  }
  await mount(`size=${megabytes}m`)
  onTestFinished(async () => void (await run('umount', [path])))
  return (options) => mount(`remount,${options}`)
}

describe.skipIf(!AS_ROOT)('where nothing more can be written (needs root, to mount small file systems)', () => {
  for (const mode of ['archive', 'bare', 'bare-user-only'] as const) {
    testWithReference(`a disk that is full in the middle of a commit to ${mode}`, async ({ dir, ostree }) => {
      makeTree(join(dir, 'tree'))
      const remount = await smallFileSystem(join(dir, 'small'), 3)
      const context = { dir, ostree, repo: join(dir, 'small/repo') } as ReferenceContext
      await ostree('init', `--repo=${context.repo}`, `--mode=${mode}`)
      const argv = ['commit', `--repo=${context.repo}`, '-b', 'main', TIMESTAMP, 'tree']

      const reserved = await runOurs(argv, { cwd: dir })
      expect([reserved.code, reserved.stdout]).toEqual([1, ''])
      expect(reserved.stderr).toMatch(
        /^error: Writing content object: min-free-space-percent '3%' would be exceeded, at least [\d.]+\s[kM]B requested\n$/,
      )
      expect(readdirSync(join(context.repo, 'tmp'))).toEqual(['cache']) // space is not kept for the next try
      await expectGood(context)

      await ostree('config', `--repo=${context.repo}`, 'set', 'core.min-free-space-percent', '0')
      const full = await runOurs(argv, { cwd: dir })
      expect([full.code, full.stdout]).toEqual([1, ''])
      expect(full.stderr).toMatch(/^error: .*: No space left on device\n$/)
      await expectGood(context)

      await remount('rw,size=40m')
      const second = await runOurs(argv, { cwd: dir })
      expect([second.code, second.stderr]).toEqual([0, ''])
      await expectGood(context)
    })
  }

  testWithReference('a repository on a read-only file system', async ({ dir, ostree }) => {
    makeTree(join(dir, 'tree'))
    const remount = await smallFileSystem(join(dir, 'small'), 20)
    await ostree('init', '--repo=small/repo', '--mode=archive')
    await remount('ro')
    const argv = ['commit', '--repo=small/repo', '-b', 'main', TIMESTAMP, 'tree']
    const { code, stderr } = await runReference(argv, { cwd: dir })
    expect(await runOurs(argv, { cwd: dir })).toMatchObject({ code, stderr })
    expect(stderr).toBe('error: Cannot write to repository: Read-only file system\n')
    await remount('rw')
    expect((await runOurs(argv, { cwd: dir })).code).toBe(0)
  })

  testWithReference("somebody else's repository, and a file that may not be read", async (context) => {
    const { dir, ostree } = context
    const user = { uid: 12_345, gid: 12_345, cwd: dir }
    chmodSync(dir, 0o755)
    makeTree(join(dir, 'tree'))
    await ostree('init', '--repo=repo', '--mode=archive')
    const argv = ['commit', '--repo=repo', '-b', 'main', TIMESTAMP, 'tree']
    const denied = 'error: Cannot write to repository: Permission denied\n'
    expect(await runOurs(argv, user)).toMatchObject({ code: 1, stdout: '', stderr: denied })

    await run('chown', ['-R', '12345:12345', context.repo])
    chmodSync(join(dir, 'tree/folder-3/file-4'), 0)
    const unreadable = 'error: openat(tree/folder-3/file-4): Permission denied\n'
    expect(await runOurs(argv, user)).toMatchObject({ code: 1, stdout: '', stderr: unreadable })
    await expectGood(context)
    chownSync(join(dir, 'tree/folder-3/file-4'), 12_345, 12_345)
    chmodSync(join(dir, 'tree/folder-3/file-4'), 0o400)
    expect(await runOurs(argv, user)).toMatchObject({ code: 0, stderr: '' })
    await expectGood(context)
  })
})

test('the delays of the kills are the same in each run', () => {
  expect(delays(3)).toEqual(delays(3))
})

testWithReference(
  'files with several names, taken into a bare-user-only repository: no name changes the mode of another',
  async ({ dir, repo, ostree, ours }) => {
    mkdirSync(join(dir, 'tree'))
    for (const name of ['one', 'two', 'three']) {
      writeFileSync(join(dir, 'tree', name), name)
      chmodSync(join(dir, 'tree', name), 0o644)
      linkSync(join(dir, 'tree', name), join(dir, 'tree', `${name}-again`))
    }
    writeFileSync(join(dir, 'statoverride'), '=384 /one\n=493 /two-again\n=448 /three\n=384 /three-again\n')
    await run('cp', ['-a', 'tree', 'copy'], { cwd: dir })
    const options = ['-b', 'main', TIMESTAMP, '--parent=none', '--statoverride=statoverride']
    await ostree('init', '--repo=expected', '--mode=bare-user-only')
    const { stdout } = await ostree('commit', '--repo=expected', ...options, 'tree')
    await ostree('init', `--repo=${repo}`, '--mode=bare-user-only')
    expect((await ours('commit', `--repo=${repo}`, ...options, '--consume', 'copy')).stdout).toBe(stdout)
    expect((await ostree('fsck', `--repo=${repo}`)).stderr).toBe('')
    expect(readdirSync(dir)).not.toContain('copy')
  },
)
