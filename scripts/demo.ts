// npm start: the main job, with the command alone. Commits a real directory (this project's own sources), checks it,
// changes it, commits again, looks at the difference, checks it out, and verifies that what came out is what went in.
// Then it signs the second version, makes a static delta to it, serves both, and pulls them into another repository.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BRANCH = 'demo/sources'

/** Runs the command in `dir`, shows both, and answers what it printed; a failure ends the demo. */
type Command = (...args: readonly string[]) => string

function commandIn(dir: string, script: string): Command {
  return (...args) => {
    console.log(`\n$ ostree-ts ${args.map(quoted).join(' ')}`)
    const started = performance.now()
    const { status, stdout, error } = spawnSync(process.execPath, [script, ...args], {
      cwd: dir,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (error) throw error
    process.stdout.write(shortened(stdout))
    if (status !== 0) throw new DemoFailed(`ostree-ts ${args[0]} ended with ${status}`)
    console.log(`  (${(performance.now() - started).toFixed(0)} ms)`)
    return stdout
  }
}

/** As a shell would need it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)

class DemoFailed extends Error {}

function shortened(text: string, most = 12): string {
  const lines = text.split('\n')
  return lines.length <= most + 1
    ? text
    : `${lines.slice(0, most).join('\n')}\n… ${lines.length - 1 - most} more lines\n`
}

const say = (text: string): void => console.log(`\n— ${text}`)

/** Adds, changes, removes and renames something, and makes a link and a program of one file. */
function change(tree: string): void {
  appendFileSync(join(tree, 'src/errors.ts'), '// changed by the demo\n')
  writeFileSync(join(tree, 'NEWS'), 'A file that the first version lacks.\n')
  rmSync(join(tree, 'src/errno.ts'))
  renameSync(join(tree, 'scripts'), join(tree, 'tools'))
  symlinkSync('src/operation.ts', join(tree, 'link'))
  chmodSync(join(tree, 'src/operation.ts'), 0o755)
}

/** Every path below `dir` with its kind, permissions and content, in one order. */
function* inventory(dir: string, prefix = ''): Generator<string> {
  for (const name of readdirSync(dir).sort()) {
    const path = join(dir, name)
    const stat = lstatSync(path)
    const mode = (stat.mode & 0o7777).toString(8)
    if (stat.isDirectory()) {
      yield `${prefix}${name}/ ${mode}`
      yield* inventory(path, `${prefix}${name}/`)
    } else if (stat.isSymbolicLink()) yield `${prefix}${name} -> ${readlinkSync(path)}`
    else yield `${prefix}${name} ${mode} ${readFileSync(path, 'base64')}`
  }
}

/** The first entry that differs between two trees, or `undefined`; and how many entries were compared. */
function compareTrees(a: string, b: string): { readonly count: number; readonly difference: string | undefined } {
  const [left, right] = [[...inventory(a)], [...inventory(b)]]
  const index = left.findIndex((entry, position) => entry !== right[position])
  const difference = index >= 0 ? left[index] : right[left.length]
  return { count: left.length, difference }
}

async function run(project: string, dir: string, script: string): Promise<void> {
  const ostree = commandIn(dir, script)
  const tree = join(dir, 'tree')
  for (const name of ['src', 'test', 'scripts', 'spec', 'package.json']) {
    cpSync(join(project, name), join(tree, name), { recursive: true })
  }

  say('a repository, and a first version of a directory: the sources of this project')
  ostree('--version')
  ostree('init', '--repo=repo', '--mode=archive')
  const first = ostree('commit', '--repo=repo', `--branch=${BRANCH}`, '--subject=First version', 'tree').trim()
  ostree('fsck', '--repo=repo')
  ostree('ls', '--repo=repo', BRANCH)

  say('the same directory changed, and committed again: only what changed is stored')
  change(tree)
  const second = ostree('commit', '--repo=repo', `--branch=${BRANCH}`, '--subject=Second version', 'tree').trim()
  ostree('log', '--repo=repo', BRANCH)
  ostree('diff', '--repo=repo', first, second)

  say('what came in comes out: both versions, checked out and compared')
  ostree('checkout', '--repo=repo', BRANCH, 'out')
  const { count, difference } = compareTrees(tree, join(dir, 'out'))
  if (difference !== undefined) throw new DemoFailed(`the checkout differs at ${difference.slice(0, 120)}`)
  ostree('checkout', '--repo=repo', first, 'out-first')
  const again = ostree('commit', '--repo=repo', '--branch=demo/again', '--subject=From the checkout', 'out').trim()
  if (contentOf(ostree, again) !== contentOf(ostree, second))
    throw new DemoFailed('the checkout commits to another tree')
  ostree('fsck', '--repo=repo')

  say(
    `verified: ${count} entries are equal in name, kind, permissions and bytes, and the checkout commits to the same tree.`,
  )
  await publishAndPull(dir, script, ostree, first, second)
}

/** Signs, serves and pulls: the first version object by object, the second one over a delta. */
async function publishAndPull(dir: string, script: string, ostree: Command, first: string, second: string) {
  say('signed, and with a delta from the first version to the second')
  makeKey(dir)
  for (const commit of [first, second]) ostree('sign', '--repo=repo', '--keys-file=secret.key', commit)
  ostree('static-delta', 'generate', '--repo=repo', `--from=${first}`, second)
  ostree('summary', '--repo=repo', '--update')

  say('served over HTTP and pulled into another repository, which believes this key alone')
  const { url, server } = await serve(dir, script)
  try {
    ostree('init', '--repo=copy', '--mode=bare-user-only')
    const trust = ['--no-gpg-verify', '--sign-verify=ed25519=file:public.key']
    ostree('remote', 'add', '--repo=copy', ...trust, 'demo', url)
    ostree('pull', '--repo=copy', 'demo', `${BRANCH}@${first}`)
    ostree('pull', '--repo=copy', 'demo', BRANCH)
  } finally {
    server.kill()
  }
  ostree('verify', '--repo=copy', `demo:${BRANCH}`)
  ostree('fsck', '--repo=copy')
  ostree('checkout', '--repo=copy', '-U', `demo:${BRANCH}`, 'pulled')
  const { count, difference } = compareTrees(join(dir, 'out'), join(dir, 'pulled'))
  if (difference !== undefined) throw new DemoFailed(`what was pulled differs at ${difference.slice(0, 120)}`)
  say(`verified: the signature is good, and ${count} pulled entries are equal to those that were committed.`)
}

/** An ed25519 key as the command takes it: the seed with the public key behind it, and the public key, in base64. */
function makeKey(dir: string): void {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const bytes = (text: string) => Buffer.from(text, 'base64url')
  writeFileSync(join(dir, 'secret.key'), Buffer.concat([bytes(d), bytes(x)]).toString('base64'), { mode: 0o600 })
  writeFileSync(join(dir, 'public.key'), bytes(x).toString('base64'))
}

/** `ostree-ts serve` in the background, once it has said where. */
function serve(dir: string, script: string): Promise<{ readonly url: string; readonly server: ChildProcess }> {
  console.log('\n$ ostree-ts serve --repo=repo &')
  const server = spawn(process.execPath, [script, 'serve', '--repo=repo'], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.on('exit', (code) => reject(new DemoFailed(`ostree-ts serve ended with ${code}`)))
    server.stdout.once('data', (text: Buffer) => {
      process.stdout.write(text)
      resolve({ url: text.toString().trim(), server })
    })
  })
}

function contentOf(ostree: Command, commit: string): string {
  const found = /^ContentChecksum:\s+([0-9a-f]{64})$/m.exec(ostree('show', '--repo=repo', commit))?.[1]
  if (found === undefined) throw new DemoFailed('show prints no ContentChecksum')
  return found
}

/** @param script - Our command, `dist/cli.js`. */
export async function demo(project: string, script: string): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'ostree-ts-demo-'))
  try {
    await run(project, dir, script)
    console.log('\nThe command itself: npm start -- --help')
    return 0
  } catch (error) {
    if (!(error instanceof DemoFailed)) throw error
    console.error(`\nthe demo failed: ${error.message}`)
    return 1
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
