// What the reference does and this version does not yet: the command is parsed in full, then says so.

import { OstreeError } from '../errors.ts'

/** @param feature - What is missing, as a noun: a command or an option. */
export function comingLater(feature: string): never {
  throw new OstreeError('UNSUPPORTED', { feature, hint: 'this version of ostree-ts does not have it yet' })
}
