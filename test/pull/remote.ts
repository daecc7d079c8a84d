// A remote for tests of pulls: a repository that the reference made, on a server of this machine, and both commands as its
// clients.

import { lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Output, runOurs, runReference } from '../reference.ts'
import { type MisbehavingServer, misbehavingServer } from './misbehaving-server.ts'

export const COMMANDS = [
  ['ostree', runReference],
  ['ours', runOurs],
] as const

/** What is committed on `main`, in order. */
export const TREES: readonly Readonly<Record<string, string>>[] = [
  { 'usr/bin/tool': 'one', 'usr/share/doc/readme': 'read me', 'etc/conf': 'a=1' },
  { 'usr/bin/tool': 'two', 'usr/share/doc/readme': 'read me', 'usr/share/doc/more': 'more', 'etc/conf': 'a=1' },
  { 'usr/bin/tool': 'three', 'usr/share/doc/more': 'more', 'etc/conf': 'a=2', 'var/empty/keep': '' },
]

export interface Remote {
  readonly dir: string
  readonly path: string
  readonly server: MisbehavingServer
  /** Of `main`, oldest first. */
  readonly commits: readonly string[]
  ostree(...args: string[]): Promise<Output>
  /** A new repository with this remote as `origin`, made by the reference. */
  client(name: string, options?: { readonly mode?: string; readonly settings?: readonly string[] }): Promise<string>
}

export interface RemoteOptions {
  readonly commits?: number
  readonly summary?: boolean
  /** Words for `commit`. */
  readonly commitArguments?: readonly string[]
  readonly initArguments?: readonly string[]
}

export async function makeRemote(dir: string, options: RemoteOptions = {}): Promise<Remote> {
  const { commits: count = 1, summary = true, commitArguments = [], initArguments = [] } = options
  const path = join(dir, 'remote')
  const ostree = async (...args: string[]) => {
    const output = await runReference(args, { cwd: dir })
    if (output.code !== 0) throw new Error(`ostree ${args.join(' ')}: ${output.stderr}`)
    return output
  }
  await ostree('init', `--repo=${path}`, '--mode=archive', ...initArguments)
  const commits: string[] = []
  for (let index = 0; index < count; index++) {
    const tree = join(dir, `tree${index}`)
    await writeTree(tree, TREES[index % TREES.length]!)
    const seconds = 1_700_000_000 + index
    const words = [`--timestamp=@${seconds}`, '--canonical-permissions', '--no-xattrs', ...commitArguments]
    commits.push((await ostree('commit', `--repo=${path}`, '-b', 'main', ...words, tree)).stdout.trim())
  }
  if (summary) await ostree('summary', `--repo=${path}`, '-u')
  const server = await misbehavingServer(path)
  return {
    dir,
    path,
    server,
    commits,
    ostree,
    async client(name, { mode = 'bare-user', settings = ['--no-gpg-verify'] } = {}) {
      await ostree('init', `--repo=${join(dir, name)}`, `--mode=${mode}`)
      await ostree('remote', 'add', `--repo=${join(dir, name)}`, ...settings, 'origin', server.url)
      return join(dir, name)
    },
  }
}

export async function writeTree(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  await symlink('usr/bin/tool', join(folder, 'link'))
}

/**
 * Every file of a repository: its mode, and its bytes or its target. The config and the lock are left out, and of a staging
 * folder's name what is there by chance.
 */
export async function describeRepo(repo: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  const walk = async (relative: string): Promise<void> => {
    for (const name of (await readdir(join(repo, relative))).sort()) {
      const path = relative === '' ? name : `${relative}/${name}`
      if (path === 'config' || path === '.lock') continue
      const stat = await lstat(join(repo, path))
      if (stat.isDirectory()) {
        found[`${path}/`] = ''
        await walk(path)
      } else if (stat.isSymbolicLink()) found[path] = await readlink(join(repo, path))
      else found[path] = `${(stat.mode & 0o7777).toString(8)} ${(await readFile(join(repo, path))).toString('base64')}`
    }
  }
  await walk('')
  const plain = (path: string) => path.replace(/^(tmp\/staging)-[^/]+/, '$1')
  return Object.fromEntries(Object.entries(found).map(([path, what]) => [plain(path), what]))
}

/** Paths that were requested while `work` ran. */
export async function requestsDuring<T>(
  server: MisbehavingServer,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly requests: string[] }> {
  const before = server.requests.length
  const result = await work()
  return { result, requests: server.requests.slice(before).map(({ path }) => path) }
}

/** The seconds a transfer took are nobody's business. */
export const withoutSeconds = (text: string): string => text.replace(/in \d+ seconds/, 'in N seconds')
