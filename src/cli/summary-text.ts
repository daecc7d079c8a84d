// A summary as `summary --view` and `remote summary` print it.

import { toHex } from '../bytes/hex.ts'
import { formatIsoLocal } from '../dates/format.ts'
import type { TimeZone } from '../dates/time-zone.ts'
import { printVariant } from '../gvariant/print-text.ts'
import type { Variant } from '../gvariant/schema.ts'
import { CHECKSUM_BYTES } from '../objects/checksum.ts'
import { decodeSummary, SUMMARY_KEY, type SummaryRef } from '../objects/summary.ts'
import { REPO_MODES } from '../repo/config/repo-mode.ts'
import { formatSize } from '../text/format-size.ts'

/**
 * Lines, each without its line break.
 * @param zone - Where times are told.
 * @throws {@link OstreeError} `INVALID_FORMAT`
 */
export function* summaryLines(bytes: Uint8Array, zone: TimeZone): Generator<string> {
  const { refs, metadata } = decodeSummary(bytes)
  const text = (key: string) => metadata.find(([name]) => name === key)?.[1]
  const collection = text(SUMMARY_KEY.collectionId)
  yield* refLines(collection?.type === 's' ? (collection.value as string) : null, refs.map(plain), zone)
  const collections = text(SUMMARY_KEY.collectionMap)
  if (collections?.type === COLLECTION_MAP_TYPE) {
    for (const [id, others] of collections.value as readonly (readonly [string, readonly PlainRef[]])[]) {
      yield* refLines(id, others, zone)
    }
  }
  for (const [key, value] of metadata) {
    const label = LABELS[key]
    const shown = label?.show(value, zone) ?? printVariant(value)
    yield label === undefined ? `${key}: ${shown}` : `${label.name} (${key}): ${shown}`
  }
}

const COLLECTION_MAP_TYPE = 'a{sa(s(taya{sv}))}'

/** A ref as the dynamic value of its type. */
type PlainRef = readonly [
  name: string,
  commit: readonly [size: bigint, checksum: Uint8Array, metadata: SummaryRef['commit']['metadata']],
]

const plain = ({ name, commit }: SummaryRef): PlainRef => [name, [commit.sizeBytes, commit.checksum, commit.metadata]]

function* refLines(collectionId: string | null, refs: readonly PlainRef[], zone: TimeZone): Generator<string> {
  for (const [name, [sizeBytes, checksum, metadata]] of refs) {
    yield collectionId === null ? `* ${name}` : `* (${collectionId}, ${name})`
    yield `    Latest Commit (${formatSize(Number(sizeBytes))}):`
    yield `      ${checksum.length === CHECKSUM_BYTES ? toHex(checksum) : `Invalid checksum of length ${checksum.length} expected ${CHECKSUM_BYTES}`}`
    for (const [key, value] of metadata) {
      const label = REF_LABELS[key]
      const shown = label?.show(value, zone) ?? printVariant(value)
      yield label === undefined ? `    ${key}: ${shown}` : `    ${label.name} (${key}): ${shown}`
    }
    yield ''
  }
}

interface Label {
  readonly name: string
  /** `undefined` for a value of another type than the key's. */
  show(value: Variant, zone: TimeZone): string | undefined
}

const time = (value: Variant, zone: TimeZone): string | undefined =>
  value.type === 't' ? formatIsoLocal(swapped(value.value as bigint), zone) : undefined
const string = (value: Variant): string | undefined => (value.type === 's' ? (value.value as string) : undefined)

const REF_LABELS: Readonly<Record<string, Label>> = {
  [SUMMARY_KEY.commitTimestamp]: { name: 'Timestamp', show: time },
  [SUMMARY_KEY.commitVersion]: { name: 'Version', show: string },
}

const LABELS: Readonly<Record<string, Label>> = {
  [SUMMARY_KEY.staticDeltas]: { name: 'Static Deltas', show: (value) => printVariant(value) },
  [SUMMARY_KEY.lastModified]: { name: 'Last-Modified', show: time },
  [SUMMARY_KEY.expires]: { name: 'Expires', show: time },
  [SUMMARY_KEY.collectionId]: { name: 'Collection ID', show: string },
  [SUMMARY_KEY.collectionMap]: { name: 'Collection Map', show: () => '(printed above)' },
  [SUMMARY_KEY.mode]: { name: 'Repository Mode', show: (value) => modeText(string(value)) },
  [SUMMARY_KEY.tombstoneCommits]: {
    name: 'Has Tombstone Commits',
    show: ({ value }) => (value === true ? 'Yes' : 'No'),
  },
}

function modeText(mode: string | undefined): string | undefined {
  if (mode === undefined) return undefined
  return mode === 'archive-z2' || REPO_MODES.some((known) => known === mode) ? mode : `Invalid (‘${mode}’)`
}

/** Times lie big-endian in a native 64-bit number. */
function swapped(value: bigint): bigint {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, value, true)
  return view.getBigUint64(0)
}
