// Which of a key's user ids stands for it.

import { compareBytes } from '../../bytes/compare.ts'

export interface DatedUserId {
  readonly kind: 'user-id' | 'attribute'
  readonly body: Uint8Array
  readonly createdAt: number
  /** Marked as the primary one by its self-signature. */
  readonly flagged: boolean
}

/** The newest of those marked, else the newest at all; among equals the longer one, then the greater bytes. */
export function comparePrimary<T extends DatedUserId>(userIds: readonly T[]): T | undefined {
  const texts = userIds.filter(({ kind }) => kind === 'user-id')
  const dated = texts.filter(({ createdAt }) => createdAt > 0)
  const flagged = dated.filter((userId) => userId.flagged)
  for (const candidates of [flagged, dated, texts]) {
    if (candidates.length > 0) return candidates.reduce((best, next) => (isBefore(best, next) ? next : best))
  }
  return undefined
}

function isBefore(best: DatedUserId, next: DatedUserId): boolean {
  if (next.createdAt !== best.createdAt) return next.createdAt > best.createdAt
  const longer = next.body.length - best.body.length
  return longer === 0 ? compareBytes(next.body, best.body) > 0 : longer > 0
}
