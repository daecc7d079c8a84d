// ostree-ts/sign: signers and verifiers of every kind of bare keys.

export * from './dummy.ts'
export * from './ed25519.ts'
export * from './key-files.ts'
export * from './key-kinds.ts'
export * from './key-verifier.ts'
export * from './spki.ts'
export * from './types.ts'
