// ostree-ts/objects: checksums, object names, and the codecs of every object.

export * from './checksum.ts'
export * from './commit.ts'
export * from './dirmeta.ts'
export * from './dirtree.ts'
export * from './file-header.ts'
export * from './file-mode.ts'
export * from './file-name.ts'
export * from './object-name.ts'
export * from './summary.ts'
export * from './xattrs.ts'
