// Times that a person types, with the clock and the time zone of this machine.

import { OstreeError } from '../errors.ts'

/** @returns Seconds since the epoch. @throws {@link OstreeError} `INVALID_ARGUMENT` */
export function parseTime(text: string): bigint {
  const milliseconds = /^@-?\d+$/.test(text) ? Number(text.slice(1)) * 1000 : Date.parse(text)
  if (Number.isNaN(milliseconds)) throw new OstreeError('INVALID_ARGUMENT', { reason: `Could not parse '${text}'` })
  return BigInt(Math.floor(milliseconds / 1000))
}
