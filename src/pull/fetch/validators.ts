// What tells one version of a file from another: `ETag` and `Last-Modified`, read and asked with.
// Facts: spec/pull.md#transport

import type { HttpHeaders } from '../../platform/types.ts'
import type { CacheValidators } from './types.ts'

export const NO_VALIDATORS: CacheValidators = { etag: null, lastModified: null }

/** The last line of a name counts. */
export function headerOf(headers: HttpHeaders, name: string): string | undefined {
  return headers.findLast(([key]) => key === name)?.[1]
}

export function validatorsOf(headers: HttpHeaders): CacheValidators {
  const etag = headerOf(headers, 'etag')?.trim() ?? ''
  return { etag: etag === '' ? null : etag, lastModified: parseHttpDate(headerOf(headers, 'last-modified')) }
}

/** The conditions that make a server answer 304 when nothing has changed. */
export function conditions({ etag, lastModified }: CacheValidators): HttpHeaders {
  return [
    ...(etag === null ? [] : [['if-none-match', etag] as const]),
    ...(lastModified === null || lastModified <= 0
      ? []
      : [['if-modified-since', new Date(lastModified * 1000).toUTCString()] as const]),
  ]
}

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d GMT$/

/** Seconds since the epoch; `null` for anything but the one form that servers are to send. */
export function parseHttpDate(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? ''
  const milliseconds = HTTP_DATE.test(trimmed) ? Date.parse(trimmed) : Number.NaN
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000
}
