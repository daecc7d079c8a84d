// Payload links: `CHECKSUM.payload-link` leads from the hash of a file's bytes alone to an object that has them, so that
// objects which differ in their header share extents. Facts: spec/repository.md#payload-links

import { isIoError, OstreeError } from '../../errors.ts'
import { type Checksum, checksumFromBytes, parseChecksum } from '../../objects/checksum.ts'
import type { FileInfo } from '../../objects/file-header.ts'
import { isRegularMode } from '../../objects/file-mode.ts'
import { loosePath } from '../../objects/object-name.ts'
import type { Hasher } from '../../platform/types.ts'
import type { LooseStore } from './loose-store.ts'

/** A link's target is `../XX/REST.file`. */
const TARGET = /^\.\.\/([0-9a-f]{2})\/([0-9a-f]{62})\.file$/

/** The content object that a payload link leads to; `undefined` where there is no such link. */
export async function readPayloadLinkTarget(store: LooseStore, payload: Checksum): Promise<Checksum | undefined> {
  const path = await store.locateHere({ checksum: payload, type: 'payloadLink' })
  if (path === undefined) return undefined
  let target: string
  try {
    target = await store.platform.fs.readlink(path)
  } catch (error) {
    if (isIoError(error, 'ENOENT')) return undefined
    throw error
  }
  const match = TARGET.exec(target)
  if (match === null) throw new OstreeError('FAILED', { reason: `invalid data size for ${path}` })
  return parseChecksum(match[1]! + match[2]!)
}

/** Modes whose content objects are plain files that other objects can share extents with. */
const SHARING_MODES: ReadonlySet<string> = new Set(['bare', 'bare-user', 'bare-user-only'])

/** Hashes a file's bytes alone, where the repository keeps payload links and its file system shares extents. */
export class PayloadSharing {
  readonly #store: LooseStore
  readonly #hasher: Hasher
  #payload: Checksum | null = null

  private constructor(store: LooseStore) {
    this.#store = store
    this.#hasher = store.platform.sha256()
  }

  /** `null`, at no cost, for a repository without payload links. */
  static async begin(store: LooseStore, info: FileInfo): Promise<PayloadSharing | null> {
    if (store.options.payloadLinkThreshold === Number.POSITIVE_INFINITY) return null
    if (!SHARING_MODES.has(store.mode) || !isRegularMode(info.mode)) return null
    return (await store.sharesExtents()) ? new PayloadSharing(store) : null
  }

  update(bytes: Uint8Array): void {
    this.#hasher.update(bytes)
  }

  get #digest(): Checksum {
    this.#payload ??= checksumFromBytes(this.#hasher.digest())
    return this.#payload
  }

  /** An object's file with the same bytes; a link whose object is gone is deleted. */
  async source(): Promise<string | undefined> {
    const target = await readPayloadLinkTarget(this.#store, this.#digest)
    if (target === undefined) return undefined
    const path = await this.#store.locateHere({ checksum: target, type: 'file' })
    if (path !== undefined) return path
    const link = await this.#store.locateHere({ checksum: this.#digest, type: 'payloadLink' })
    if (link !== undefined) await this.#store.platform.fs.unlink(link)
    return undefined
  }

  /** Makes the link to an object that is now there, unless it is small or there is one. */
  async link(object: Checksum, sizeBytes: number): Promise<void> {
    if (sizeBytes < this.#store.options.payloadLinkThreshold) return
    const temporary = this.#store.temporaryPath()
    await this.#store.platform.fs.symlink(`../${loosePath(object, 'file', false)}`, temporary)
    await this.#store.place(temporary, { checksum: this.#digest, type: 'payloadLink' })
  }
}
