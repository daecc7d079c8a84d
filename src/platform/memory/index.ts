// ostree-ts/memory: a platform whose files live in memory.

export { type MemoryPlatformOptions, memoryPlatform } from './platform.ts'
