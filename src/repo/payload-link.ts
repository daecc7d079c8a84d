// Payload links: `CHECKSUM.payload-link` leads from the hash of a file's bytes alone to an object that has them, so that
// objects which differ in their header share extents. Facts: spec/repository.md#payload-links

import { isIoError, OstreeError } from '../errors.ts'
import { type Checksum, parseChecksum } from '../objects/checksum.ts'
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
