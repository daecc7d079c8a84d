// ostree-ts/node: the platform that stands on Node.

export { type NodePlatformOptions, nodePlatform } from './platform.ts'
