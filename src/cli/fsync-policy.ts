// `--fsync=POLICY` of commit and checkout: a boolean in the reference's many words.

import { OstreeError } from '../errors.ts'

const WORDS: Readonly<Record<string, boolean>> = {
  '1': true,
  true: true,
  yes: true,
  '0': false,
  false: false,
  no: false,
  none: false,
}

export function readFsyncPolicy(text: string): boolean {
  const word = text.toLowerCase()
  const policy = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined
  if (policy === undefined) throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid boolean argument '${text}'` })
  return policy
}
