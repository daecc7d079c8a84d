// The kinds of bare keys, by name.

import { OstreeError } from '../errors.ts'
import { dummyKind } from './dummy.ts'
import { ED25519 } from './ed25519.ts'
import { SPKI } from './spki.ts'
import type { KeyKind } from './types.ts'

/** What signs when nobody says with what. */
export const DEFAULT_SIGN_TYPE = 'ed25519'

/** In the order in which they are tried. @param environment - Looks up a variable. */
export function keyKinds(environment: (name: string) => string | undefined): readonly KeyKind[] {
  return [ED25519, SPKI, dummyKind(environment)]
}

/** @throws {@link OstreeError} `INVALID_ARGUMENT` for a name that no kind has. */
export function keyKind(name: string, environment: (name: string) => string | undefined): KeyKind {
  const kind = keyKinds(environment).find((candidate) => candidate.name === name)
  if (kind === undefined)
    throw new OstreeError('INVALID_ARGUMENT', { reason: 'Requested signature type is not implemented' })
  return kind
}
