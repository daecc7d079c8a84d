// What only shows in a process of its own, or around a command: external commands, broken pipes, signals, terminals,
// the order of stdout and stderr, what `--version` says, and that no failure prints a stack.

import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../../src/cli/run.ts'
import { FEATURES, PACKAGE_VERSION, REFERENCE_VERSION } from '../../src/cli/version.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import {
  referenceMissing,
  referenceVersion,
  run,
  runOurs,
  runReference,
  temporaryDirectory,
  testWithReference,
} from '../reference.ts'
import { fakeHost, runInProcess } from './in-process.ts'
import { makeSamples, type Samples } from './samples.ts'

const CLI = resolve(import.meta.dirname, '../../dist/cli.js')

let samples: Samples
beforeAll(async () => {
  if (referenceMissing === undefined) samples = await makeSamples()
}, 120_000)
afterAll(() => samples?.remove())

describe('external commands', () => {
  async function bin(scripts: Readonly<Record<string, string>>): Promise<string> {
    const dir = await temporaryDirectory()
    for (const [name, text] of Object.entries(scripts)) {
      writeFileSync(join(dir, name), `#!/bin/sh\n${text}\n`)
      chmodSync(join(dir, name), 0o755)
    }
    return dir
  }
  const both = [
    ['ours', runOurs],
    ['the reference', runReference],
  ] as const

  for (const [name, command] of both) {
    testWithReference(`${name}: the words, the streams, the environment and the exit code pass through`, async () => {
      const dir = await bin({ 'ostree-shout': 'echo "$# $*"; cat; echo "$NOTE" >&2; exit 7' })
      const env = { PATH: `${dir}:${process.env.PATH}`, NOTE: 'noted' }
      expect(await command(['-v', 'shout', '--', '-x', ''], { env, input: 'in' })).toMatchObject({
        code: 7,
        stdout: '5 -v shout -- -x \nin',
        stderr: 'noted\n',
      })
    })
    testWithReference(`${name}: a signal that ends it ends us`, async () => {
      const dir = await bin({ 'ostree-die': 'kill -TERM $$' })
      expect((await command(['die'], { env: { PATH: `${dir}:${process.env.PATH}` } })).code).toBe(128 + 15)
    })
    testWithReference(`${name}: what cannot be run, or has the name of a built-in command, is left alone`, async () => {
      const dir = await bin({ 'ostree-refs': 'echo external', 'ostree-text': 'echo text' })
      chmodSync(join(dir, 'ostree-text'), 0o644)
      mkdirSync(join(dir, 'ostree-folder'))
      const env = { PATH: `${dir}:${process.env.PATH}` }
      for (const verb of ['text', 'folder', 'nosuch']) {
        const { code, stderr } = await command([verb], { env })
        expect(code).toBe(1)
        expect(stderr).toContain(`error: Unknown command '${verb}'\n`)
      }
      expect((await command(['refs', '--repo=/nonexistent'], { env })).stdout).toBe('')
    })
  }
})

describe('streams', () => {
  const shell = (text: string, cwd: string) => run('bash', ['-c', text, 'bash', process.execPath, CLI], { cwd })

  testWithReference('stdout stands before the error that follows it', async () => {
    const { stdout } = await shell('"$1" "$2" cat --repo=archive main "/two words" /nosuch 2>&1', samples.dir)
    expect(stdout).toBe('xerror: No such file or directory: /nosuch\n')
  })

  testWithReference('a reader that goes away ends the command quietly, as SIGPIPE ends the reference', async () => {
    // 70,000 bytes do not fit into the pipe that `true` never reads.
    const text =
      '"$1" "$2" cat --repo=archive main /usr/lib/deep/er/blob /usr/lib/deep/er/blob | true; echo $PIPESTATUS'
    expect(await shell(text, samples.dir)).toMatchObject({ stdout: '141\n', stderr: '' })
  })

  test('--version does not mind', async () => {
    expect(await shell('"$1" "$2" --version | true; echo $PIPESTATUS', '/')).toMatchObject({
      stdout: '0\n',
      stderr: '',
    })
  })

  testWithReference('much output comes whole and in order', async () => {
    const blob = '/usr/lib/deep/er/blob'
    const paths = Array.from({ length: 40 }, () => blob)
    const ours = await runOurs(['cat', '--repo=archive', 'main', ...paths], { cwd: samples.dir })
    const one = readFileSync(join(samples.dir, 'tree', blob))
    expect(Buffer.compare(Buffer.from(ours.stdoutBytes), Buffer.concat(paths.map(() => one)))).toBe(0)
  })
})

describe('errors', () => {
  test('in red and bold where stdout is a terminal, unless NO_COLOR asks for none', async () => {
    const line = ['refs', '--repo=/nonexistent']
    const text = 'opening repo: opendir(/nonexistent): No such file or directory\n'
    expect((await runInProcess(line, { isTerminal: true })).stderr).toBe(`\x1b[31m\x1b[1merror:\x1b[0m\x1b[22m ${text}`)
    expect((await runInProcess(line, { isTerminal: true, env: { NO_COLOR: '1' } })).stderr).toBe(`error: ${text}`)
    expect((await runInProcess(line, { isTerminal: true, env: { NO_COLOR: '' } })).stderr).toContain('\x1b[31m')
  })

  test('a flaw of ours is one line, with its stack only where OSTREE_TS_DEBUG=1 asks for it', async () => {
    const broken = () => Promise.reject(new TypeError('boom'))
    const plain = fakeHost(['refs', '--repo=/'])
    expect(await main(plain.host, broken)).toBe(1)
    expect(plain.output().stderr).toBe('error: internal error: boom\n')
    const debugging = fakeHost(['refs', '--repo=/'], { env: { OSTREE_TS_DEBUG: '1' } })
    expect(await main(debugging.host, broken)).toBe(1)
    expect(debugging.output().stderr).toMatch(/^error: internal error: boom\nTypeError: boom\n {4}at /)
  })

  test('so is what nobody caught', async () => {
    const { host, output, fail } = fakeHost(['--version'])
    await main(host, () => Promise.reject(new Error('not needed')))
    expect(() => fail(new TypeError('stray'))).toThrow('exit 1')
    expect(output().stderr).toBe('error: internal error: stray\n')
  })

  testWithReference('--verbose says more on stderr, and nothing else on stdout', async () => {
    const { stdout, stderr } = await runInProcess(['-v', 'refs', '--repo=archive'], { cwd: samples.dir })
    expect(stderr).toBe(`OT: repository ${samples.dir}/archive: archive\n`)
    expect(stdout).toBe((await runInProcess(['refs', '--repo=archive'], { cwd: samples.dir })).stdout)
  })

  testWithReference('an interrupt stops the walk and ends the process by its signal', async () => {
    await expect(
      runInProcess(['ls', '-R', '--repo=archive', 'main'], { cwd: samples.dir, interrupt: 'SIGTERM' }),
    ).rejects.toThrow('ended by SIGTERM')
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    testWithReference(`${signal} ends a command that waits for a lock`, async () => {
      const dir = await temporaryDirectory()
      await runReference(['init', '--repo=repo', '--mode=archive'], { cwd: dir })
      const { fs, locks } = await nodePlatform()
      const lock = await fs.open(join(dir, 'repo/.lock'), 'rw')
      expect(await locks?.tryLock(lock, 'exclusive')).toBe(true)
      const text = `"$1" "$2" summary --repo=repo -u & waiting=$!; sleep 1; kill -${signal} $waiting; wait $waiting; echo $?`
      const { stdout, stderr } = await run('bash', ['-mc', text, 'bash', process.execPath, CLI], { cwd: dir })
      await lock.close()
      expect({ stdout, stderr: stderr.replace(/^bash: .*\n/gm, '') }).toEqual({
        stdout: signal === 'SIGINT' ? '130\n' : '143\n',
        stderr: '',
      })
    })
  }
})

describe('what this version does not do', () => {
  const lines = [
    ['admin', 'status'],
    ['admin', '--print-current-dir'],
    ['admin', 'kargs', 'edit-in-place'],
  ]
  for (const line of lines) {
    testWithReference(`${line.join(' ')}: says so in one line`, async () => {
      const { code, stderr } = await runInProcess(line, { cwd: samples.dir })
      expect(stderr).toMatch(/^error: '.*' is not available here: this version of ostree-ts does not have it yet\n$/)
      expect(code).toBe(1)
    })
  }
})

describe('what it says of itself', () => {
  test('versions are those of package.json and of the reference', async () => {
    const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'))
    expect(PACKAGE_VERSION).toBe(version)
  })

  testWithReference(
    '--version names the release that it follows, and only features that the reference knows',
    async () => {
      expect(await referenceVersion()).toBe(REFERENCE_VERSION)
      const theirs = (await runReference(['--version'])).stdout
      for (const line of [
        ['--version'],
        ['refs', '--version'],
        ['remote', 'add', '--version'],
        ['admin', '--version'],
      ]) {
        const { code, stdout, stderr } = await runInProcess(line)
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
        expect(stdout).toMatch(/^libostree:\n Version: '2026\.4'\n/)
        // Debian builds it without ed25519 and spki.
        for (const feature of FEATURES.filter((name) => !name.startsWith('sign-'))) {
          expect(theirs).toContain(`  - ${feature}\n`)
        }
      }
    },
  )

  test('a wrapper or node itself gives the name ostree, our own link ostree-ts', async () => {
    const dir = await temporaryDirectory()
    symlinkSync(CLI, join(dir, 'ostree-ts'))
    expect((await run(process.execPath, [CLI, '--help'])).stdout).toMatch(/^Usage:\n {2}ostree \[OPTION/)
    expect((await run(process.execPath, [join(dir, 'ostree-ts'), '--help'])).stdout).toMatch(
      /^Usage:\n {2}ostree-ts \[/,
    )
  })
})
