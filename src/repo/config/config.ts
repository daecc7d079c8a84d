// A repository's `config`, parsed into what the rest asks of it. Facts: spec/repository.md#config

import { isOstreeError, OstreeError, prefixed } from '../../errors.ts'
import type { KeyFile } from '../../keyfile/key-file.ts'
import type { LockTimeout } from '../lock.ts'
import type { FreeSpaceReserve } from '../transaction/free-space.ts'
import { parseRepoMode, type RepoMode } from './repo-mode.ts'

export interface RepoConfig {
  readonly mode: RepoMode
  readonly parentPath: string | null
  readonly collectionId: string | null
  readonly fsync: boolean
  readonly perObjectFsync: boolean
  readonly disableXattrs: boolean
  readonly uncompressedCache: boolean
  readonly tmpExpirySeconds: number
  readonly lockTimeout: LockTimeout
  readonly zlibLevel: number
  readonly reserve: FreeSpaceReserve
  readonly payloadLinkThreshold: number
  readonly autoUpdateSummary: boolean
  /** `core.tombstone-commits`: a deleted commit leaves a tombstone. */
  readonly tombstoneCommits: boolean
}

const DEFAULT_ZLIB_LEVEL = 6
const DEFAULT_RESERVE_PERCENT = 3

/** @throws {@link OstreeError} `INVALID_ARGUMENT` and the key file's own errors. */
export function parseRepoConfig(file: KeyFile): RepoConfig {
  const version = file.getValue('core', 'repo_version')
  if (version !== '1') fail(`Invalid repository version '${version}'`)
  if (booleanOf(file, 'core', 'archive', false)) {
    fail('This version of OSTree no longer supports "archive" repositories; use archive-z2 instead')
  }
  const parentPath = keyText(file, 'core', 'parent') ?? ''
  return {
    mode: parseRepoMode(keyText(file, 'core', 'mode') ?? 'bare'),
    parentPath: parentPath === '' ? null : parentPath,
    collectionId: keyText(file, 'core', 'collection-id') ?? null,
    fsync: booleanOf(file, 'core', 'fsync', true),
    perObjectFsync: booleanOf(file, 'core', 'per-object-fsync', false),
    disableXattrs: booleanOf(file, 'core', 'disable-xattrs', false),
    uncompressedCache: booleanOf(file, 'core', 'enable-uncompressed-cache', true),
    tmpExpirySeconds: leadingInteger(keyText(file, 'core', 'tmp-expiry-secs') ?? '86400'),
    lockTimeout: parseLockTimeout(file),
    zlibLevel: parseZlibLevel(keyText(file, 'archive', 'zlib-level')),
    reserve: parseReserve(file),
    payloadLinkThreshold: parseThreshold(keyText(file, 'core', 'payload-link-threshold')),
    autoUpdateSummary:
      booleanOf(file, 'core', 'auto-update-summary', false) || booleanOf(file, 'core', 'commit-update-summary', false),
    tombstoneCommits: booleanOf(file, 'core', 'tombstone-commits', false),
  }
}

/** The value as written; `undefined` where the key or its group is missing. */
export function keyText(file: KeyFile, group: string, key: string): string | undefined {
  return file.hasGroup(group) && file.hasKey(group, key) ? file.getValue(group, key) : undefined
}

export function booleanOf(file: KeyFile, group: string, key: string, fallback: boolean): boolean {
  return file.hasGroup(group) && file.hasKey(group, key) ? file.getBoolean(group, key) : fallback
}

function parseLockTimeout(file: KeyFile): LockTimeout {
  if (!booleanOf(file, 'core', 'locking', true)) return 'disabled'
  const seconds = leadingInteger(keyText(file, 'core', 'lock-timeout-secs') ?? '300')
  return seconds < 0 ? 'blocking' : seconds
}

function parseZlibLevel(text: string | undefined): number {
  return text === undefined ? DEFAULT_ZLIB_LEVEL : Math.max(1, Math.min(9, leadingInteger(text)))
}

/** A negative number stands for the largest: no object is that big. */
function parseThreshold(text: string | undefined): number {
  const threshold = leadingInteger(text ?? '-1')
  return threshold < 0 ? Number.POSITIVE_INFINITY : threshold
}

function parseReserve(file: KeyFile): FreeSpaceReserve {
  const size = keyText(file, 'core', 'min-free-space-size')
  const percentText = keyText(file, 'core', 'min-free-space-percent')
  let megabytes = 0n
  if (size !== undefined) {
    try {
      megabytes = parseMegabytes(size)
    } catch (error) {
      throw prefixed(error, `Invalid min-free-space-size '${size}'`)
    }
  }
  if (percentText === undefined) return { percent: size === undefined ? DEFAULT_RESERVE_PERCENT : 0, megabytes }
  if (!/^[0-9]*$/.test(percentText)) fail(`Invalid min-free-space-percent '${percentText}': must be a number`)
  const percent = leadingInteger(percentText)
  if (percent > 99) fail(`Invalid min-free-space-percent '${percentText}'`)
  return { percent: megabytes > 0n ? 0 : percent, megabytes }
}

function parseMegabytes(text: string): bigint {
  const match = /^([0-9]+)(G|M|T)B$/.exec(text)
  if (match === null) fail("It should be of the format '123MB', '123GB' or '123TB'")
  const shift = match[2] === 'M' ? 0n : match[2] === 'G' ? 10n : 20n
  const megabytes = BigInt(match[1]!) << shift
  if (megabytes >= 1n << 64n) fail('Value was too high')
  return megabytes
}

/** The number at the start of a text, as strtoll reads it: 0 where there is none. */
function leadingInteger(text: string): number {
  const match = /^\s*([+-]?\d+)/.exec(text)
  return match === null ? 0 : Number(match[1])
}

function fail(reason: string): never {
  throw new OstreeError('INVALID_ARGUMENT', { reason })
}

export interface RemoteConfig {
  readonly name: string
  /** Option names and values as written, in order. */
  readonly options: ReadonlyMap<string, string>
  /** The file that defines it: `null` for the repository's own config. */
  readonly file: string | null
}

const REMOTE_GROUP = /^remote "(.+)"$/

export const remoteGroup = (name: string): string => `remote "${name}"`

/** The remotes that a key file defines. */
export function parseRemotes(file: KeyFile, path: string | null): RemoteConfig[] {
  return file.groups().flatMap((group) => {
    const name = REMOTE_GROUP.exec(group)?.[1]
    if (name === undefined) return []
    return [{ name, file: path, options: new Map(file.keys(group).map((key) => [key, file.getValue(group, key)])) }]
  })
}

/** True for the errors that say a key or its group is missing. */
export function isMissingKey(error: unknown): boolean {
  return isOstreeError(error, 'KEY_FILE_KEY_NOT_FOUND') || isOstreeError(error, 'KEY_FILE_GROUP_NOT_FOUND')
}
