// OpenPGP in the commands, beside the reference: what they print, and what each makes of the other's work.

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { type ReferenceContext, run, runOurs, runReference, testWithReference } from '../reference.ts'
import { GPG_FIXTURES } from '../sign/openpgp/fixtures.ts'
import { runInProcess } from './in-process.ts'

const TIMEOUT = { timeout: 180_000 }
const fixture = (name: string) => join(GPG_FIXTURES, name)

interface Pair {
  /** Both commands in folders of their own, which must hear and say the same. */
  both(...args: string[]): Promise<string>
  readonly env: Record<string, string>
}

/** Two folders with the same repository in them, and the fixtures' keys as those of the system. */
async function pair({ dir, ostree }: ReferenceContext): Promise<Pair> {
  await mkdir(join(dir, 'files'))
  await writeFile(join(dir, 'files/a'), 'hi\n')
  await mkdir(join(dir, 'ours'), { recursive: true })
  await ostree('init', '--repo=ours/repo', '--mode=archive')
  await ostree('remote', 'add', '--repo=ours/repo', 'R1', 'http://127.0.0.1:1/')
  await ostree('commit', '--repo=ours/repo', '-b', 'main', '--tree=dir=files')
  await cp(join(dir, 'ours'), join(dir, 'theirs'), { recursive: true })
  await mkdir(join(dir, 'trusted'))
  await cp(fixture('keys.gpg'), join(dir, 'trusted/keys.gpg'))
  const env = { OSTREE_GPG_HOME: join(dir, 'trusted'), TZ: 'UTC' }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value) // for what runs in this process
  onTestFinished(() => void vi.unstubAllEnvs())
  const both = async (...args: string[]) => {
    const theirs = await runReference(args, { cwd: join(dir, 'theirs'), env })
    const ours = await runInProcess(args, { cwd: join(dir, 'ours') })
    const said = ({ code, stdout, stderr }: typeof ours) => ({ args, code, stdout, stderr })
    expect(said(ours)).toEqual(said(theirs))
    return ours.stdout
  }
  return { both, env }
}

/** A GnuPG home with the fixtures' secret key, and its agent, which ends with the test. */
async function gnupgHome(dir: string, ...more: string[]): Promise<string> {
  const home = join(dir, 'home')
  await mkdir(home, { mode: 0o700 })
  onTestFinished(async () => {
    await run('gpgconf', ['--homedir', home, '--kill', 'gpg-agent'])
  })
  for (const file of [fixture('secret.asc'), ...more]) {
    const { code, stderr } = await run('gpg', ['--homedir', home, '--batch', '--quiet', '--import', file])
    expect({ code, stderr }).toMatchObject({ code: 0 })
  }
  return home
}

testWithReference(
  'remote gpg-import and gpg-list-keys',
  async (context) => {
    const { both } = await pair(context)
    const into = (...args: string[]) => both('remote', 'gpg-import', '--repo=repo', 'R1', ...args)
    await writeFile(join(context.dir, 'cut'), (await readFile(fixture('keys.gpg'))).subarray(0, 3000))
    const mixed = Buffer.concat([await readFile(fixture('keys.gpg')), await readFile(fixture('names.asc'))])
    await writeFile(join(context.dir, 'mixed'), mixed)
    await both('remote', 'gpg-import', '--repo=repo')
    await both('remote', 'gpg-import', '--repo=repo', 'unknown', '-k', fixture('names.asc'))
    await into()
    await into('--stdin', '--keyring=x')
    await into('-k', '/nonexistent')
    await into('-k', fixture('commit'))
    for (const name of ['ABCDEF', 'ABCDEF12', 'Tester', 'example.com', '<names@example.com>']) {
      await into('-k', fixture('two.asc'), name)
    }
    await both('remote', 'gpg-list-keys', '--repo=repo', 'R1')
    await into('-k', fixture('two.asc'))
    await into('-k', fixture('secret.asc'))
    await into('-k', '../cut')
    await into('-k', '../mixed')
    await both('remote', 'gpg-list-keys', '--repo=repo', 'R1')
    await both('remote', 'gpg-list-keys', '--repo=repo')
    await both('remote', 'gpg-list-keys', '--repo=repo', 'unknown')
    await both('remote', 'add', '--repo=repo', '--gpg-import', fixture('names.asc'), 'R2', 'http://127.0.0.1:1/')
    await both('remote', 'gpg-list-keys', '--repo=repo', 'R2')
    // The reference's file has GnuPG's notes about verified signatures between the packets; exported they are the same.
    const home = await gnupgHome(context.dir)
    const keyring = join(context.dir, 'theirs/repo/R1.trustedkeys.gpg')
    const { stdoutBytes } = await run('gpg', [
      ...['--homedir', home, '--batch', '--no-default-keyring', '--keyring', keyring, '--export'],
    ])
    expect(await readFile(join(context.dir, 'ours/repo/R1.trustedkeys.gpg'))).toEqual(Buffer.from(stdoutBytes))
  },
  TIMEOUT,
)

testWithReference(
  'keys that gpgkeypath names: files and folders, armored or not',
  async (context) => {
    const { both } = await pair(context)
    const set = (value: string) => both('config', '--repo=repo', 'set', 'remote "R1".gpgkeypath', value)
    await mkdir(join(context.dir, 'keyfiles'))
    await cp(fixture('two.asc'), join(context.dir, 'keyfiles/two.asc'))
    for (const value of [
      fixture('names.asc'),
      join(context.dir, 'keyfiles'),
      `${fixture('names.asc')};${fixture('secret.pub.asc')}`,
      `${fixture('names.asc')},${fixture('keys.gpg')}`,
      `${fixture('names.asc')};${fixture('two.asc')},${fixture('keys.gpg')}`,
      `,${fixture('names.asc')}`,
      `${fixture('names.asc')},`,
      '/nonexistent',
      fixture('commit'),
    ]) {
      await set(value)
      await both('remote', 'gpg-list-keys', '--repo=repo', 'R1')
    }
  },
  TIMEOUT,
)

testWithReference(
  'gpg-sign and its refusals; each reads what the other signed',
  async (context) => {
    const { both, env } = await pair(context)
    const { dir } = context
    const home = await gnupgHome(dir)
    await cp(fixture('secret.pub.asc'), join(dir, 'secret.asc'))
    await run('gpg', ['--batch', '--dearmor', '-o', join(dir, 'trusted/secret.gpg'), fixture('secret.pub.asc')])
    const sign = (...args: string[]) => both('gpg-sign', '--repo=repo', `--gpg-homedir=${home}`, ...args)
    await sign()
    await sign('main')
    await sign('unknown', 'key')
    await sign('main', 'short')
    await sign('main', 'nobody@example.com')
    await sign('main', 'secret@example.com')
    await sign('main', 'secret@example.com')
    for (const [reader, writer] of [
      [runReference, 'ours'],
      [runOurs, 'theirs'],
    ] as const) {
      const { stdout } = await reader(['show', '--repo=repo', 'main'], { cwd: join(dir, writer), env })
      expect(stdout).toMatch(/^Found 1 signature:\n\n {2}Signature made .* using RSA key ID [0-9A-F]{16}\n {2}Good/m)
    }
    await sign('--delete', 'main', 'nobody@example.com')
    await sign('--delete', 'main', 'secret@example.com')
    await both('show', '--repo=repo', '--print-detached-metadata-key=ostree.gpgsigs', 'main')
    await both('gpg-sign', '--repo=repo', '--gpg-homedir=/nonexistent', 'main', 'secret@example.com')
  },
  TIMEOUT,
)

testWithReference(
  'commit --gpg-sign and summary --gpg-sign',
  async (context) => {
    const { env } = await pair(context)
    const { dir } = context
    const home = await gnupgHome(dir)
    await run('gpg', ['--batch', '--dearmor', '-o', join(dir, 'trusted/secret.gpg'), fixture('secret.pub.asc')])
    const signed = ['--gpg-sign=secret@example.com', `--gpg-homedir=${home}`]
    const cwd = join(dir, 'ours')
    const ours = async (...args: string[]) => expect(await runOurs(args, { cwd, env })).toMatchObject({ code: 0 })
    await ours('commit', '--repo=repo', '-b', 'signed', '--tree=dir=../files', ...signed)
    await ours('summary', '--repo=repo', '-u', ...signed)
    await ours('remote', 'add', '--repo=repo', '--set=gpg-verify-summary=true', 'self', `file://${cwd}/repo`)
    for (const line of [
      ['show', '--repo=repo', 'signed'],
      ['summary', '--repo=repo', '--view'],
      ['remote', 'summary', '--repo=repo', 'self'],
    ]) {
      const theirs = await runReference(line, { cwd, env })
      expect(theirs.stdout).toMatch(/[Ff]ound 1 signature.*:\n\n {2}Signature made .*\n {2}Good signature/)
      const { code, stdout, stderr } = await runOurs(line, { cwd, env })
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: theirs.stdout, stderr: theirs.stderr })
    }
    const failing = ['commit', '--repo=repo', '-b', 'other', '--tree=dir=../files', '--gpg-sign=nobody@example.com']
    const theirs = await runReference(failing, { cwd: join(dir, 'theirs'), env: { ...env, GNUPGHOME: home } })
    const refused = await runOurs(failing, { cwd, env: { ...env, GNUPGHOME: home } })
    expect([refused.code, refused.stderr]).toEqual([theirs.code, theirs.stderr])
    expect(await readdir(join(cwd, 'repo/refs/heads'))).not.toContain('other')
  },
  TIMEOUT,
)
