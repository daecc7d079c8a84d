// The keys that signatures are checked against, and how they are listed.

import type { Certificate, CertifiedUserId } from './certificate.ts'
import type { KeyBlock } from './key-block.ts'
import { parseUserId, type UserIdParts, userIdText } from './user-id.ts'

export interface Keyring {
  /** In the order they were read; of a key that occurs twice the first counts. */
  readonly blocks: readonly KeyBlock[]
}

/** User ids as they are listed: the primary one first. Pictures and other attributes are left out. */
export function listedUserIds({ userIds }: Certificate): CertifiedUserId[] {
  const texts = userIds.filter(({ kind }) => kind === 'user-id')
  return [...texts.filter(({ isPrimary }) => isPrimary), ...texts.filter(({ isPrimary }) => !isPrimary)]
}

export function primaryNames(certificate: Certificate): UserIdParts | undefined {
  const [first] = listedUserIds(certificate)
  return first && parseUserId(userIdText(first.body))
}
