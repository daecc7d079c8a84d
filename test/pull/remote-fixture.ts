// A served repository and clients of it, for tests that compare what both commands make of a server.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runInProcess } from '../cli/in-process.ts'
import { type Output, type ReferenceContext, runReference } from '../reference.ts'
import { type MisbehavingServer, misbehavingServer } from './misbehaving-server.ts'

export interface ServedRepo {
  readonly server: MisbehavingServer
  /** Its folder, `DIR/www/repo`. */
  readonly folder: string
  /** `http://127.0.0.1:PORT/repo` */
  readonly url: string
}

/** A repository with a commit and a summary, below a server's root. */
export async function servedRepo({ dir, ostree }: ReferenceContext): Promise<ServedRepo> {
  const folder = join(dir, 'www/repo')
  await mkdir(join(dir, 'www'))
  await mkdir(join(dir, 'tree'))
  await writeFile(join(dir, 'tree/file'), 'content\n')
  await ostree('init', `--repo=${folder}`, '--mode=archive')
  await ostree('commit', `--repo=${folder}`, '-b', 'main', '--tree=dir=tree', '--timestamp=@1700000000')
  await ostree('summary', `--repo=${folder}`, '-u')
  const server = await misbehavingServer(join(dir, 'www'))
  return { server, folder, url: `${server.url}/repo` }
}

/** Two clients with the same config: `reference` for the one command, `ours` for the other. */
export async function twoClients({ dir, ostree }: ReferenceContext, config: string): Promise<void> {
  for (const name of ['reference', 'ours']) {
    await ostree('init', `--repo=${name}`, '--mode=archive')
    await configure(dir, name, config)
  }
}

export async function configure(dir: string, client: string, config: string): Promise<void> {
  await writeFile(join(dir, client, 'config'), `[core]\nrepo_version=1\nmode=archive-z2\n\n${config}`)
}

/** What both print and how they end, our command in this process. */
export async function both(
  dir: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly reference: Output; readonly ours: Output }> {
  const reference = await runReference([...args, '--repo=reference'], { cwd: dir, env })
  return { reference, ours: await runInProcess([...args, '--repo=ours'], { cwd: dir, env }) }
}
