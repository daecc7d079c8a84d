// `core.min-free-space-percent` and `-size`: a transaction stops before it eats into the reserve.
// Facts: spec/repository.md#free-space

import { OstreeError } from '../../errors.ts'
import type { Platform } from '../../platform/types.ts'
import { formatSize } from '../../text/format-size.ts'

/** Both 0 turn the check off; a size wins over a percentage. */
export interface FreeSpaceReserve {
  readonly percent: number
  readonly megabytes: bigint
}

/** The blocks that a transaction may still use. */
export class SpaceBudget {
  readonly #reserve: FreeSpaceReserve
  readonly #blockSizeBytes: number
  #blocks: number

  private constructor(reserve: FreeSpaceReserve, blockSizeBytes: number, blocks: number) {
    this.#reserve = reserve
    this.#blockSizeBytes = blockSizeBytes
    this.#blocks = blocks
  }

  static async measure(platform: Platform, path: string, reserve: FreeSpaceReserve): Promise<SpaceBudget> {
    const space = await platform.fs.space(path)
    const reservedBytes =
      reserve.megabytes > 0n
        ? Number(reserve.megabytes) * 2 ** 20
        : space.totalBlocks * space.blockSizeBytes * (reserve.percent / 100)
    const free = platform.uid === 0 ? space.freeBlocks : space.availableBlocks
    const blocks = Math.max(0, free - Math.floor(reservedBytes / space.blockSizeBytes))
    return new SpaceBudget(reserve, space.blockSizeBytes, blocks)
  }

  get #off(): boolean {
    return this.#reserve.percent === 0 && this.#reserve.megabytes === 0n
  }

  /** @throws {@link OstreeError} `NO_SPACE_RESERVED` */
  reserve(sizeBytes: number): void {
    if (this.#off) return
    const blocks = Math.floor(sizeBytes / this.#blockSizeBytes) + 1
    if (blocks > this.#blocks) {
      const { percent, megabytes } = this.#reserve
      throw new OstreeError('NO_SPACE_RESERVED', {
        limit: megabytes > 0n ? `min-free-space-size ${megabytes}MB` : `min-free-space-percent '${percent}%'`,
        requested: formatSize(blocks * this.#blockSizeBytes),
      })
    }
    this.#blocks -= blocks
  }

  /** Takes back a reservation for an object that turned out to be there. */
  giveBack(sizeBytes: number): void {
    if (!this.#off) this.#blocks += Math.floor(sizeBytes / this.#blockSizeBytes) + 1
  }
}
