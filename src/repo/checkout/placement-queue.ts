// Files on their way to being copied, by this thread and the pool's.

import type { Platform } from '../../platform/types.ts'
import { runJob } from '../job.ts'
import { SharedQueue } from '../shared-work.ts'
import type { FileToPlace, PlacementOptions, TargetDirectory } from './options.ts'
import type { FilePlacer } from './place-file.ts'
import { type FileGroup, PLACE_FILES, placeGroups } from './place-files.ts'

interface PlacedFile {
  readonly directory: TargetDirectory
  readonly file: FileToPlace
}

export class PlacementQueue {
  readonly #queue: SharedQueue<PlacedFile>

  /** @param placer - For the files that are placed in this thread. */
  constructor(placer: FilePlacer, platform: Platform, options: PlacementOptions, signal: AbortSignal | undefined) {
    const here = (files: readonly PlacedFile[]) => placeGroups(placer, groupsOf(files), signal)
    const there = async (files: readonly PlacedFile[]) => {
      const result = await runJob(platform, PLACE_FILES, { options, groups: groupsOf(files) }, { signal })
      for (const prefix of result.updatedCachePrefixes) placer.updatedCachePrefixes.add(prefix)
    }
    this.#queue = new SharedQueue(platform, { here, there }, signal)
  }

  add(directory: TargetDirectory, files: readonly FileToPlace[]): Promise<void> {
    return this.#queue.add(files.map((file) => ({ directory, file })))
  }

  /** Waits until all that was added is done. @throws what failed first, in the order of files. */
  settle(): Promise<void> {
    return this.#queue.settle()
  }
}

function groupsOf(files: readonly PlacedFile[]): FileGroup[] {
  const groups: { directory: TargetDirectory; files: FileToPlace[] }[] = []
  for (const { directory, file } of files) {
    const last = groups.at(-1)
    if (last?.directory === directory) last.files.push(file)
    else groups.push({ directory, files: [file] })
  }
  return groups
}
