// The platform that stands on Node. Heavy parts (crypto, zlib, threads, koffi, hash-wasm, fs-extra) load at first use,
// so that a command which only reads a ref pays for none of them.

import { createBreather } from '../breathe.ts'
import { inProcessPool } from '../in-process-pool.ts'
import { createLender } from '../lent-buffers.ts'
import type { Platform, WorkerPool } from '../types.ts'
import { plainBytes } from './bytes.ts'
import { deflateRaw, deflateRawOnce, gunzip, inflateRaw, inflateRawOnce, zstdFrameDecoder } from './compression.ts'
import { NodeFileSystem } from './file-system.ts'
import { createHashEngine, type HashChoice } from './hashing.ts'
import { attempt } from './io-error.ts'
import { locateWorker } from './locate-worker.ts'
import { lockAccess } from './locks.ts'
import { ThreadPool } from './pool.ts'
import { processAccess } from './processes.ts'
import { lazySyscalls } from './syscalls.ts'
import { xattrAccess } from './xattrs.ts'
import { xzDecoder, xzEncoder } from './xz.ts'

// Not imported: that would load streams and promises, too. (measured: bench/reading)
const fs = process.getBuiltinModule('node:fs')

export interface NodePlatformOptions {
  /** Threads for bulk work; 1 works in this thread. Default: the number of cores. */
  readonly workers?: number
  /** Default: `native`, unless the environment says `OSTREE_TS_HASH=wasm`. */
  readonly hash?: HashChoice
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id'

export async function nodePlatform(options: NodePlatformOptions = {}): Promise<Platform> {
  const { hash = process.env.OSTREE_TS_HASH === 'wasm' ? 'wasm' : 'native' } = options
  const hashing = await createHashEngine(hash)
  const syscalls = lazySyscalls()
  const linux = process.platform === 'linux'
  let pool: WorkerPool | undefined
  return {
    fs: new NodeFileSystem(syscalls),
    xattrs: linux ? xattrAccess(syscalls) : null,
    locks: process.platform === 'win32' ? null : lockAccess(syscalls),
    processes: processAccess,
    get pool() {
      pool ??= createPool(options.workers, hash)
      return pool
    },
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
    bootId: () => (linux ? attempt(BOOT_ID, () => fs.readFileSync(BOOT_ID, 'utf8').trim()) : estimatedBoot()),
    environment: (name) => process.env[name],
    randomBytes: (count) => plainBytes(process.getBuiltinModule('node:crypto').randomBytes(count)),
    sha256Once: hashing.sha256Once,
    sha256: hashing.sha256,
    inflateRawOnce,
    deflateRawOnce,
    inflateRaw,
    gunzip,
    get unzstdFrame() {
      return zstdFrameDecoder()
    },
    xzDecoder,
    xzEncoder,
    deflateRaw,
    http: async (settings) => (await import('./http/client.ts')).nodeHttpClient(settings),
    withBuffer: createLender(),
    breathe: createBreather(() => new Promise((resolve) => setImmediate(resolve))),
  }
}

function createPool(workers: number | undefined, hash: HashChoice): WorkerPool {
  const size = workers ?? process.getBuiltinModule('node:os').availableParallelism()
  const worker = size > 1 ? locateWorker() : undefined
  return worker === undefined ? inProcessPool() : new ThreadPool({ size, worker, hash })
}

/** The minute in which the system started: without a boot id of the system's own, two boots differ in it. */
function estimatedBoot(): string {
  const { uptime } = process.getBuiltinModule('node:os')
  return `boot-${Math.round((Date.now() / 1000 - uptime()) / 60)}`
}
