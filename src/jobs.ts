// Every job, for the worker threads, which get its name alone. Each is loaded at its first use.

import type { OperationOptions } from './operation.ts'
import type { Platform } from './platform/types.ts'
import type { Job } from './repo/job.ts'

type Runner = (platform: Platform, input: never, options: OperationOptions) => Promise<unknown>

const later =
  <Input, Result>(load: () => Promise<Job<Input, Result>>): Runner =>
  async (platform, input: Input, options) =>
    (await load()).run(platform, input, options)

export const JOBS: Readonly<Record<string, Runner>> = {
  applyDeltaPart: later(async () => (await import('./deltas/apply-part.ts')).APPLY_DELTA_PART),
  checkObjects: later(async () => (await import('./repo/store/check-object.ts')).CHECK_OBJECTS),
  importObjects: later(async () => (await import('./pull/import-object.ts')).IMPORT_OBJECTS),
  matchContent: later(async () => (await import('./deltas/generate/match-content.ts')).MATCH_CONTENT),
  receiveContent: later(async () => (await import('./pull/receive-content.ts')).RECEIVE_CONTENT),
  placeFiles: later(async () => (await import('./repo/checkout/place-files.ts')).PLACE_FILES),
  writeDeltaPart: later(async () => (await import('./deltas/generate/write-part.ts')).WRITE_DELTA_PART),
  writeFiles: later(async () => (await import('./repo/commit/write-files.ts')).WRITE_FILES),
}
