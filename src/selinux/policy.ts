// The SELinux policy of a root file system: whether it is in force, where its files are, and the label of each path.
// Facts: selinux(8), and ostree 2026.4 as observed.

import { toHex } from '../bytes/hex.ts'
import { tryDecodeUtf8 } from '../bytes/utf8.ts'
import { strerror } from '../errno.ts'
import { isOstreeError, OstreeError } from '../errors.ts'
import type { Awaitable } from '../operation.ts'
import type { Platform } from '../platform/types.ts'
import { FileContexts } from './file-contexts.ts'

/** Where a policy is read from: a folder (`policyFilesAt`), or anything that holds the same tree. */
export interface PolicyFiles {
  /** What errors call the root: a path without a slash at its end, empty for `/`. */
  readonly root: string
  /** A file below the root, links followed; `undefined` where there is none. */
  readFile(path: string): Awaitable<Uint8Array | undefined>
  /** The names of the regular files in a folder below the root; `undefined` where there is no such folder. */
  listFiles(path: string): Awaitable<readonly string[] | undefined>
}

/** The files of the root file system at `root`. */
export function policyFilesAt(platform: Platform, root: string): PolicyFiles {
  const prefix = root.replace(/\/+$/, '')
  return {
    root: prefix,
    readFile: (path) => platform.fs.tryReadFile(`${prefix}/${path}`),
    listFiles: async (path) => {
      const entries = await platform.fs.tryReadDirectory(`${prefix}/${path}`)
      return entries?.filter((entry) => entry.kind === 'file').map((entry) => entry.name)
    },
  }
}

export class SelinuxPolicy {
  /** `SELINUXTYPE`, such as `targeted`. */
  readonly name: string
  /** SHA-256 of the newest binary policy. */
  readonly checksum: string
  readonly #contexts: FileContexts

  constructor(name: string, checksum: string, contexts: FileContexts) {
    this.name = name
    this.checksum = checksum
    this.#contexts = contexts
  }

  /**
   * The label of a path, which starts with a slash. `/proc` is labelled as `/mnt`, so that something can be mounted there.
   * @param mode - The whole mode; without type bits, lines for files of any type are taken.
   * @returns `null` where the policy gives no label.
   * @throws {@link OstreeError} `FAILED`: a broken pattern of the policy was met
   */
  label(path: string, mode: number): string | null {
    return this.#contexts.lookup(path === '/proc' ? '/mnt' : path, mode)
  }
}

/**
 * Loads the policy of a root: from `etc/selinux`, or `usr/etc/selinux` where that is missing.
 * @param sha256 - The digest of one piece, such as `platform.sha256Once`.
 * @returns `null` where no policy is in force there; nothing is labelled then.
 * @throws {@link OstreeError} `FAILED` in the reference's words
 */
export async function loadSelinuxPolicy(
  files: PolicyFiles,
  sha256: (bytes: Uint8Array) => Uint8Array,
): Promise<SelinuxPolicy | null> {
  const folder = (await files.listFiles('etc/selinux')) === undefined ? 'usr/etc/selinux' : 'etc/selinux'
  const config = parseConfig(await files.readFile(`${folder}/config`))
  if (!config.enabled) return null
  if (config.type === undefined) fail(`${files.root}/${folder}/config: SELINUX is set, but not SELINUXTYPE`)
  const policyFolder = `${folder}/${config.type}`
  const contexts = await openContexts(files, policyFolder)
  return new SelinuxPolicy(config.type, await checksumPolicy(files, policyFolder, sha256), contexts)
}

interface Config {
  readonly enabled: boolean
  readonly type: string | undefined
}

/** The file is a list of shell-like assignments; the last type counts, and so does any mode that is not `disabled`. */
function parseConfig(bytes: Uint8Array | undefined): Config {
  let enabled = false
  let type: string | undefined
  if (bytes === undefined) return { enabled, type }
  const text = tryDecodeUtf8(bytes)
  if (text === undefined) fail('Invalid byte sequence in conversion input')
  for (const line of text.split('\n')) {
    if (line.startsWith('SELINUXTYPE=')) {
      type = line.slice('SELINUXTYPE='.length).replace(/^[\t\n\v\f\r ]+|[\t\n\v\f\r ]+$/g, '')
    } else if (/^SELINUX=(?:enforcing|permissive)/i.test(line) && line.startsWith('SELINUX=')) enabled = true
  }
  return { enabled, type }
}

async function openContexts(files: PolicyFiles, policyFolder: string): Promise<FileContexts> {
  const root = `${files.root}/${policyFolder}`
  const read = (suffix: string): Awaitable<Uint8Array | undefined> =>
    files.readFile(`${policyFolder}/contexts/files/file_contexts${suffix}`)
  const contexts = await read('')
  if (contexts === undefined) fail(`${openError(root)}: ${strerror('ENOENT')}`)
  let parsed: FileContexts
  try {
    parsed = FileContexts.parse({
      contexts,
      homedirs: await read('.homedirs'),
      local: await read('.local'),
      subs: await read('.subs'),
      subsDist: await read('.subs_dist'),
    })
  } catch (error) {
    if (!isOstreeError(error, 'INVALID_FORMAT')) throw error
    fail(`${openError(root)}: ${strerror('EINVAL')}`, error)
  }
  checkRoot(parsed, root)
  return parsed
}

function openError(root: string): string {
  return `With policy root '${root}': selabel_open(SELABEL_CTX_FILE)`
}

/** A policy that has no label for `/` is none. */
function checkRoot(contexts: FileContexts, root: string): void {
  const reason = `With policy root '${root}': Failed to look up context of /`
  let label: string | null
  try {
    label = contexts.lookup('/', 0o755)
  } catch (error) {
    if (!isOstreeError(error, 'FAILED')) throw error
    fail(`${reason}: ${strerror('EINVAL')}`, error)
  }
  if (label === null) fail(`${reason}: ${strerror('ENOENT')}`)
}

/** SHA-256 of `policy/policy.NN` with the highest number. */
async function checksumPolicy(
  files: PolicyFiles,
  policyFolder: string,
  sha256: (bytes: Uint8Array) => Uint8Array,
): Promise<string> {
  const doing = 'While calculating SELinux checksum'
  const folder = `${policyFolder}/policy`
  const names = await files.listFiles(folder)
  if (names === undefined) fail(`${doing}: opendir(${files.root}/${folder}): ${strerror('ENOENT')}`)
  const newest = names
    .filter((name) => /^policy\.[0-9]+$/.test(name))
    .map((name) => ({ name, version: Number(name.slice('policy.'.length)) }))
    .reduce((best, one) => (one.version > best.version ? one : best), { name: '', version: 0 })
  const bytes = newest.version === 0 ? undefined : await files.readFile(`${folder}/${newest.name}`)
  if (bytes === undefined) fail(`${doing}: Could not find binary policy file`)
  return toHex(sha256(bytes))
}

function fail(reason: string, cause?: unknown): never {
  throw new OstreeError('FAILED', { reason }, cause === undefined ? {} : { cause })
}
