// The job that places a batch of files, for checkouts that copy.

import type { OperationOptions } from '../../operation.ts'
import type { Platform } from '../../platform/types.ts'
import type { Job } from '../job.ts'
import type { FileToPlace, PlacementOptions, TargetDirectory } from './options.ts'
import { FilePlacer } from './place-file.ts'

export interface PlaceFilesInput {
  readonly options: PlacementOptions
  readonly groups: readonly FileGroup[]
}

/** Files of one directory, in the commit's order. */
export interface FileGroup {
  readonly directory: TargetDirectory
  readonly files: readonly FileToPlace[]
}

export interface PlaceFilesResult {
  /** See {@link FilePlacer.updatedCachePrefixes}. */
  readonly updatedCachePrefixes: ReadonlySet<string>
}

export const PLACE_FILES: Job<PlaceFilesInput, PlaceFilesResult> = { name: 'placeFiles', run: placeFiles }

async function placeFiles(
  platform: Platform,
  { options, groups }: PlaceFilesInput,
  { signal }: OperationOptions,
): Promise<PlaceFilesResult> {
  const placer = new FilePlacer(platform, options)
  try {
    await placeGroups(placer, groups, signal)
  } finally {
    await placer.scratch.removeAll()
  }
  return { updatedCachePrefixes: placer.updatedCachePrefixes }
}

export async function placeGroups(
  placer: FilePlacer,
  groups: readonly FileGroup[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { directory, files } of groups) {
    await placer.placeAll(directory, files, signal)
    if (directory.existed) await placer.scratch.removeFrom(directory.path)
  }
}
