// What ed25519 and spki say, each with its own name in front.

import type { KeySentences, SignType } from './types.ts'

/** More keys than this are counted, not named. */
const MOST_NAMED = 3

export function sentencesOf(name: SignType): KeySentences {
  return {
    noEntry: `${name}: commit have no signatures of my type`,
    nothingTried: `${name}: no signatures found`,
    verified: (key) => `${name}: Signature verified successfully with key '${key}'`,
    refused: (keys) =>
      keys.length > MOST_NAMED
        ? `${name}: Signature couldn't be verified; tried ${keys.length} keys`
        : `${name}: Signature couldn't be verified with: ${keys.map((key) => `key '${key}'`).join('; ')}`,
  }
}
