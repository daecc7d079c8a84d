// The readers of summaries: what a pull, a finder and `summary --view` make of one.

import { readFileSync } from 'node:fs'
import { summaryLines } from '../../src/cli/summary-text.ts'
import { UTC } from '../../src/dates/time-zone.ts'
import { decodeSummary, encodeSummary, SUMMARY_KEY } from '../../src/objects/summary.ts'
import { deltasIn } from '../../src/pull/delta-catalogue.ts'
import { offersIn } from '../../src/pull/finders/offers.ts'
import { allRefs, readSummaryRefs } from '../../src/pull/requested-refs.ts'
import type { FuzzTarget } from './target.ts'

const plain = new Uint8Array(readFileSync(new URL('../fixtures/signatures/summary', import.meta.url)))
const COLLECTION = 'org.example.Other'

/** The same refs in a collection of their own, and with deltas. */
function withCollections(): Uint8Array {
  const { refs, metadata } = decodeSummary(plain)
  const entries = refs.map(({ name, commit }) => [name, [commit.sizeBytes, commit.checksum, commit.metadata]] as const)
  return encodeSummary({
    refs,
    metadata: [
      ...metadata,
      [SUMMARY_KEY.collectionId, { type: 's', value: 'org.example.Own' }],
      [SUMMARY_KEY.collectionMap, { type: 'a{sa(s(taya{sv}))}', value: [[COLLECTION, entries]] }],
      [
        SUMMARY_KEY.staticDeltas,
        { type: 'a{sv}', value: [['f'.repeat(64), { type: 'ay', value: new Uint8Array(32) }]] },
      ],
    ],
  })
}

const seeds = [plain, withCollections()]
const wanted = decodeSummary(plain).refs.map(({ name }) => ({ collectionId: COLLECTION, ref: name }))

export const SUMMARY_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'summary: refs and deltas for a pull',
    seeds,
    prepare: async () => (input) => {
      const summary = decodeSummary(input)
      allRefs(readSummaryRefs(summary))
      deltasIn(summary.metadata)
    },
  },
  {
    name: 'summary: what a finder is offered',
    seeds,
    prepare: async () => (input) => void offersIn(input, wanted, null),
  },
  {
    name: 'summary: shown',
    seeds,
    prepare: async () => (input) => void [...summaryLines(input, UTC)],
  },
]
