// The summary: a repository's refs with their commits, and what a client wants to know first.
// Facts: spec/repository.md#summary

import { array, bytes, decode, encode, str, struct, u64, type ValueOf } from '../gvariant/schema.ts'
import { METADATA } from './commit.ts'

export const SUMMARY_REF = struct('(s(taya{sv}))', {
  name: str,
  commit: struct('(taya{sv})', {
    /** Size of the commit object in bytes. */
    sizeBytes: u64,
    /** 32 bytes; kept as bytes because a client checks the length itself. */
    checksum: bytes,
    metadata: METADATA,
  }),
})
export type SummaryRef = ValueOf<typeof SUMMARY_REF>

export const SUMMARY = struct('(a(s(taya{sv}))a{sv})', {
  /** In strcmp order of their names: clients search by halves. */
  refs: array(SUMMARY_REF),
  metadata: METADATA,
})
export type Summary = ValueOf<typeof SUMMARY>

export const decodeSummary = (data: Uint8Array): Summary => decode(SUMMARY, data)
export const encodeSummary = (summary: Summary): Uint8Array => encode(SUMMARY, summary)

/** `a{sv}` values of these names; the 64-bit ones are big-endian inside a native `t`. */
export const SUMMARY_KEY = {
  lastModified: 'ostree.summary.last-modified',
  expires: 'ostree.summary.expires',
  collectionId: 'ostree.summary.collection-id',
  collectionMap: 'ostree.summary.collection-map',
  mode: 'ostree.summary.mode',
  tombstoneCommits: 'ostree.summary.tombstone-commits',
  indexedDeltas: 'ostree.summary.indexed-deltas',
  staticDeltas: 'ostree.static-deltas',
  commitTimestamp: 'ostree.commit.timestamp',
  commitVersion: 'ostree.commit.version',
} as const
