// ostree-ts: the errors, the platform's interfaces, objects and repositories. Formats and platforms have subpaths.

export * from './errors.ts'
export * from './objects/index.ts'
export * from './operation.ts'
export * from './platform/types.ts'
export * from './repo/index.ts'
