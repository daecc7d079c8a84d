// Folders in which files are prepared before they appear: nobody else can look into them, and what lies in them is on
// the destination's own file system, so that one rename publishes a file with its final owner and mode.

import { isIoError, retold } from '../../errors.ts'
import type { FileSystem } from '../../platform/types.ts'

export class Scratch {
  readonly #fs: FileSystem
  readonly #folders = new Map<string, string>()
  constructor(fs: FileSystem) {
    this.#fs = fs
  }

  /** The scratch folder in `parent`, made at its first use. */
  async folderIn(parent: string): Promise<string> {
    const known = this.#folders.get(parent)
    if (known !== undefined) return known
    try {
      const folder = await this.#fs.makeTemporaryDirectory(`${parent}/tmp.`)
      this.#folders.set(parent, folder)
      return folder
    } catch (error) {
      throw retold(error, 'open(O_TMPFILE)')
    }
  }

  async removeFrom(parent: string): Promise<void> {
    const folder = this.#folders.get(parent)
    if (folder === undefined) return
    this.#folders.delete(parent)
    try {
      await this.#fs.rmdir(folder)
    } catch (error) {
      if (!isIoError(error, 'ENOTEMPTY', 'EEXIST')) throw error
      await this.#fs.removeTree(folder)
    }
  }

  async removeAll(): Promise<void> {
    for (const parent of [...this.#folders.keys()]) await this.removeFrom(parent)
  }
}
