// The platform that stands on a browser: a directory handle for files, WASM hashing, deflate in JavaScript. It reads and
// writes what needs neither owners nor links (an archive repository); everything else says that it cannot be had.

import { createBreather } from '../breathe.ts'
import { inProcessPool } from '../in-process-pool.ts'
import { createLender } from '../lent-buffers.ts'
import { deflateRaw, deflateRawOnce, inflateRaw, inflateRawOnce } from '../portable-deflate.ts'
import { pause, randomBytes } from '../portable-host.ts'
import type { Platform } from '../types.ts'
import { createWasmEngine } from '../wasm-sha256.ts'
import { BrowserFileSystem } from './file-system.ts'
import type { DirectoryEntryHandle } from './handles.ts'
import { browserHttp } from './http.ts'
import { browserLocks, type LockManagerLike } from './locks.ts'

export interface BrowserPlatformOptions {
  /** Keeps the locks of two directories of one page apart. Default: the directory's own name. */
  readonly lockScope?: string
  /** Default `navigator.locks`; without it nothing can be locked, and so no repository written. */
  readonly lockManager?: LockManagerLike | undefined
  /** Default `navigator.storage.estimate`, which speaks of the origin's private directory. */
  readonly estimate?: (() => Promise<{ quota?: number; usage?: number }>) | undefined
  readonly environment?: Readonly<Record<string, string>>
}

/** What a browser has of its own; Node, where this runs in tests, has `crypto` alone. */
interface Host {
  readonly crypto: unknown
  readonly navigator?: {
    readonly locks?: LockManagerLike
    readonly storage?: { estimate(): Promise<{ quota?: number; usage?: number }> }
  }
}

/** @param directory - Its content is what the platform sees at `/`. */
export async function browserPlatform(
  directory: DirectoryEntryHandle,
  options: BrowserPlatformOptions = {},
): Promise<Platform> {
  const { navigator }: Host = globalThis
  const manager = options.lockManager ?? navigator?.locks
  const storage = navigator?.storage
  const estimate = options.estimate ?? (storage && (() => storage.estimate()))
  const locks = manager === undefined ? null : browserLocks(manager, `ostree:${options.lockScope ?? directory.name}`)
  const { sha256, sha256Once } = await createWasmEngine()
  return {
    fs: new BrowserFileSystem(directory, {
      onClose: async (handle) => locks?.forget(handle),
      randomName: () => Array.from(randomBytes(6), (byte) => (byte % 36).toString(36)).join(''),
      estimate,
    }),
    xattrs: null,
    locks,
    pool: inProcessPool(),
    uid: 0,
    gid: 0,
    // One name for ever: whether another tab's temporary files are dead, only their locks can tell.
    bootId: () => 'browser',
    environment: (name) => options.environment?.[name],
    randomBytes,
    sha256,
    sha256Once,
    inflateRawOnce,
    deflateRawOnce,
    inflateRaw,
    deflateRaw,
    http: browserHttp,
    withBuffer: createLender(),
    breathe: createBreather(pause),
  }
}
