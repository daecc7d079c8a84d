// The repositories of test/fixtures: unpacked into a platform in memory, so that owners, modes and attributes are there
// whoever runs the tests; and what the reference printed about them.

import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { main } from '../src/cli/run.ts'
import { memoryPlatform } from '../src/platform/memory/platform.ts'
import type { Platform } from '../src/platform/types.ts'
import type { ArchiveEntry } from '../src/tar/entry.ts'
import { readTar } from '../src/tar/tar-reader.ts'
import { fakeHost } from './cli/in-process.ts'

export const FIXTURES = new URL('fixtures/', import.meta.url)

export type FixtureSet = 'repositories' | 'corrupt' | 'deltas'

/** What the reference printed; `args` name the repository as `--repo=NAME`. */
export interface Recorded {
  readonly args: readonly string[]
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export function fixtureNames(set: FixtureSet): string[] {
  return readdirSync(new URL(set, FIXTURES))
    .filter((name) => name.endsWith('.tar.gz'))
    .map((name) => name.slice(0, -'.tar.gz'.length))
    .sort()
}

export function recordedOutput(set: FixtureSet, name: string): Recorded[] {
  return JSON.parse(readFileSync(new URL(`${set}/${name}.json`, FIXTURES), 'utf8')) as Recorded[]
}

export function fixtureTar(set: FixtureSet, name: string): Uint8Array {
  return gunzipSync(readFileSync(new URL(`${set}/${name}.tar.gz`, FIXTURES)))
}

/** A platform with the repository at `/NAME`, and a way to run our command there. */
export async function openFixture(set: FixtureSet, name: string): Promise<FixturePlatform> {
  const platform = await memoryPlatform()
  // Names are kept as the bytes of the archive have them.
  for await (const entry of readTar([fixtureTar(set, name)], { names: 'keep' })) await unpack(platform, entry)
  return { platform, path: `/${name}`, run: (args) => runIn(platform, args) }
}

export interface FixturePlatform {
  readonly platform: Platform
  readonly path: string
  run(args: readonly string[]): Promise<Omit<Recorded, 'args'>>
}

async function unpack(platform: Platform, entry: ArchiveEntry): Promise<void> {
  const { fs, xattrs } = platform
  const path = `/${entry.path.replace(/\/$/, '')}`
  if (entry.hardlink !== undefined) return void (await fs.link(`/${entry.hardlink}`, path))
  if (entry.symlink !== undefined) await fs.symlink(entry.symlink, path)
  else if (entry.kind === 'directory') await fs.mkdir(path)
  else if (entry.kind === 'file') await writeBytes(platform, path, entry)
  else throw new Error(`no ${entry.kind} was expected in a fixture: ${path}`)
  await fs.lchown(path, entry.uid, entry.gid)
  if (entry.symlink === undefined) await fs.chmod(path, entry.mode & 0o7777)
  for (const [name, value] of entry.xattrs) await xattrs!.set(path, name, value)
  await fs.lutimes(path, 0, 0)
}

async function writeBytes({ fs }: Platform, path: string, entry: ArchiveEntry): Promise<void> {
  const handle = await fs.open(path, 'wx')
  for await (const chunk of entry.content) await handle.write(chunk.slice())
  await handle.close()
}

async function runIn(platform: Platform, args: readonly string[]): Promise<Omit<Recorded, 'args'>> {
  const { host, output } = fakeHost(args, {})
  const code = await main(host, async () => platform)
  const { stdout, stderr } = output()
  return { code, stdout, stderr }
}
