// A platform without a host: everything in memory. For tests, and for a browser that has no directory to work in.

import { createBreather } from '../breathe.ts'
import { inProcessPool } from '../in-process-pool.ts'
import { createLender } from '../lent-buffers.ts'
import { deflateRaw, deflateRawOnce, inflateRaw, inflateRawOnce } from '../portable-deflate.ts'
import { pause, randomBytes } from '../portable-host.ts'
import type { Platform } from '../types.ts'
import { createWasmEngine } from '../wasm-sha256.ts'
import { MemoryFileSystem } from './file-system.ts'
import { memoryLocks } from './locks.ts'
import { Tree, type TreeOptions } from './tree.ts'
import { memoryXattrs } from './xattrs.ts'

export interface MemoryPlatformOptions extends Partial<TreeOptions> {
  readonly environment?: Readonly<Record<string, string>>
  /** Default `memory`. */
  readonly bootId?: string
}

/** The root directory is there and empty. Defaults: root's ids, umask 022, 1 TiB. */
export async function memoryPlatform(options: MemoryPlatformOptions = {}): Promise<Platform> {
  const { uid = 0, gid = 0, umask = 0o022, capacityBytes = 2 ** 40, environment = {}, bootId = 'memory' } = options
  const tree = new Tree({ uid, gid, umask, capacityBytes })
  const locks = memoryLocks()
  const { sha256, sha256Once } = await createWasmEngine()
  return {
    fs: new MemoryFileSystem(tree, locks.forget),
    xattrs: memoryXattrs(tree),
    locks,
    pool: inProcessPool(),
    uid,
    gid,
    bootId: () => bootId,
    environment: (name) => environment[name],
    randomBytes,
    sha256,
    sha256Once,
    inflateRawOnce,
    deflateRawOnce,
    inflateRaw,
    deflateRaw,
    withBuffer: createLender(),
    breathe: createBreather(pause),
  }
}
