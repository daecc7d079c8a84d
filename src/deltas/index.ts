// ostree-ts/deltas: static deltas made, read, applied, verified and described.

export { type ApplyDeltaOptions, applyDelta } from './apply-delta.ts'
export { type ApplyPartOptions, applyDeltaPart, type PartSource } from './apply-part.ts'
export { deleteDelta } from './delete-delta.ts'
export type { DeltaEndianness } from './endianness.ts'
export type { AppliedObjects } from './execute-part.ts'
export { type GenerateOptions, type GenerateProgress, type GenerateResult, generateDelta } from './generate/generate.ts'
export { type DeltaOperation, encodeOperation, type OperationName } from './operations.ts'
export { encodePartPayload, type PartPayload } from './part.ts'
export { describeDelta } from './show-delta.ts'
export { type DeltaFile, encodeSignedDelta, parseDeltaFile } from './signed-delta.ts'
export {
  encodeSuperblock,
  type FallbackEntry,
  type PartEntry,
  parseSuperblock,
  type Superblock,
  type SuperblockFields,
  superblockCommit,
} from './superblock.ts'
export { verifyDelta } from './verify-delta.ts'
