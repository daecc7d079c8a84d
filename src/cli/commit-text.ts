// A commit as `log` and `show` print it.

import { concatBytes } from '../bytes/compare.ts'
import { toHex } from '../bytes/hex.ts'
import { formatUtcDate } from '../dates/format.ts'
import { prefixed } from '../errors.ts'
import { type Checksum, checksumToBytes } from '../objects/checksum.ts'
import { COMMIT, type Commit, decodeCommit } from '../objects/commit.ts'
import type { Platform } from '../platform/types.ts'
import type { Output } from './output.ts'
import { rawText } from './variant-text.ts'

export interface CommitTextOptions {
  /** The stored value instead of a text for people. */
  readonly raw?: boolean
  /** The stored value with its numbers as they lie, and the text after it. */
  readonly unswapped?: boolean
}

export function printCommit(
  platform: Platform,
  out: Output,
  checksum: Checksum,
  bytes: Uint8Array,
  options: CommitTextOptions,
): void {
  out.line(`commit ${checksum}`)
  const { raw = false, unswapped = false } = options
  if (raw || unswapped) out.line(rawText(COMMIT.type.signature, bytes, { byteswap: !unswapped }))
  if (!raw || unswapped) printForPeople(platform, out, decodeCommit(bytes))
}

function printForPeople(platform: Platform, out: Output, commit: Commit): void {
  const date = dateOf(commit)
  if (commit.parentChecksum !== null) out.line(`Parent:  ${commit.parentChecksum}`)
  out.line(`ContentChecksum:  ${contentChecksum(platform, commit)}`)
  out.line(`Date:  ${date}`)
  const version = commit.metadata.find(([key]) => key === 'version')?.[1]
  if (version?.type === 's') out.line(`Version: ${String(version.value)}`)
  if (commit.subject === '') out.line('(no subject)')
  else out.write(`\n${indented(commit.subject)}`)
  if (commit.body !== '') out.write(`\n${indented(commit.body)}`)
  out.line('')
}

function dateOf({ timestamp }: Commit): string {
  try {
    return formatUtcDate(timestamp)
  } catch (error) {
    throw prefixed(error, 'Failed to read commit')
  }
}

/** Two commits with the same one have the same files. */
function contentChecksum(platform: Platform, { rootTreeContents, rootTreeMetadata }: Commit): string {
  const both = concatBytes([checksumToBytes(rootTreeContents), checksumToBytes(rootTreeMetadata)])
  return toHex(platform.sha256Once(both))
}

function indented(text: string): string {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => `    ${line}\n`).join('')
}
