// What a local clock shows at a moment. `load-zone.ts` finds the zone that a program runs in.

export interface ZoneMoment {
  /** East of Greenwich. */
  readonly offsetSeconds: number
  readonly isDst: boolean
  /** What the zone calls itself then: `CET`, `CEST`, `+03`. */
  readonly name: string
}

export interface TimeZone {
  /** @param seconds - Since the epoch, UTC. */
  at(seconds: bigint): ZoneMoment
}

const UTC_MOMENT: ZoneMoment = { offsetSeconds: 0, isDst: false, name: 'UTC' }
export const UTC: TimeZone = { at: () => UTC_MOMENT }
