// Extended headers of pax (types x and X): `LENGTH KEY=VALUE\n`, over and over. Malformed ones are treated as by
// libarchive: what came before counts, the rest is passed over.

import type { BufferedSource } from '../compression/buffered-source.ts'
import { invalidArchive } from './entry.ts'
import type { EntryBuilder } from './entry-builder.ts'
import { findHandler } from './pax-attributes.ts'
import { paddingAfter, untilNul } from './tar-header.ts'

const MAX_EXTENSION_BYTES = 1024 * 1024 * 1024
const MAX_LINE_BYTES = 99_999_999
/** Of a length and a key, as far as they are waited for; what is at hand beyond that is used. */
const PROLOG_BYTES = 512
const MAX_PROLOG_BYTES = 64 * 1024

interface Attribute {
  readonly key: Uint8Array
  /** Of the length and the key, up to `=`. */
  readonly prologBytes: number
  readonly valueBytes: number
}

/** Consumes the value of an attribute. */
type UseAttribute = (attribute: Attribute) => Promise<void>

/** Reads the body of an extended header and the padding after it into `builder`. */
export async function readPaxExtension(input: BufferedSource, sizeBytes: number, builder: EntryBuilder): Promise<void> {
  const unread = await readAttributes(input, sizeBytes, (attribute) => readValue(input, attribute, builder))
  if (unread > 0) builder.warned = true
  else builder.takePaxNames()
  await skipExactly(input, unread + paddingAfter(sizeBytes))
}

/**
 * Passes over the body of a global header and the padding after it.
 * @throws {@link OstreeError} `INVALID_ARCHIVE` for a key that would change entries: nothing global is applied.
 */
export async function readPaxGlobal(input: BufferedSource, sizeBytes: number, builder: EntryBuilder): Promise<void> {
  const unread = await readAttributes(input, sizeBytes, async ({ key, valueBytes }) => {
    if (findHandler(key) === undefined) {
      await input.skip(valueBytes)
      return
    }
    const name = new TextDecoder().decode(key)
    throw invalidArchive(`Unsupported pax global extended header attribute '${name}'`)
  })
  if (unread === 0) builder.takePaxNames() // names of a malformed header before this one come back
  await skipExactly(input, unread + paddingAfter(sizeBytes))
}

/** Answers how many bytes are left after something malformed; 0 when all was read. */
async function readAttributes(input: BufferedSource, sizeBytes: number, use: UseAttribute): Promise<number> {
  if (sizeBytes > MAX_EXTENSION_BYTES) return sizeBytes
  let left = sizeBytes
  while (left > 0) {
    const wanted = Math.min(left, PROLOG_BYTES)
    const prolog = (await input.peek(wanted)).subarray(0, Math.min(left, MAX_PROLOG_BYTES))
    if (prolog.length < wanted) throw truncated('reading pax attribute name')
    const attribute = parseProlog(prolog, left)
    if (attribute === undefined) return left
    input.consume(attribute.prologBytes)
    left -= attribute.prologBytes
    if (attribute.valueBytes < 0) return left
    await use(attribute)
    left -= attribute.valueBytes
    const end = (await input.peek(1))[0]
    if (end === undefined) throw truncated('completing pax attribute')
    if (end !== 0x0a) return left
    input.consume(1)
    left -= 1
  }
  return 0
}

function parseProlog(bytes: Uint8Array, left: number): Attribute | undefined {
  let at = 0
  let lineBytes = 0
  for (; bytes[at] !== 0x20; at++) {
    const digit = (bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return undefined
    lineBytes = lineBytes * 10 + digit
    if (lineBytes > MAX_LINE_BYTES) return undefined
  }
  if (lineBytes > left) return undefined
  const keyStart = at + 1
  const keyEnd = bytes.subarray(0, lineBytes).indexOf(0x3d, keyStart)
  if (keyEnd <= keyStart) return undefined
  const prologBytes = keyEnd + 1
  return { key: untilNul(bytes.slice(keyStart, keyEnd)), prologBytes, valueBytes: lineBytes - prologBytes - 1 }
}

/** Reads and applies one value, or passes over it. */
async function readValue(input: BufferedSource, attribute: Attribute, builder: EntryBuilder): Promise<void> {
  const { key, valueBytes } = attribute
  const found = findHandler(key)
  if (found === undefined) {
    await input.skip(valueBytes)
    return
  }
  const { handler, suffix } = found
  if (valueBytes > handler.maxBytes) {
    if (handler.tooLong !== undefined) throw handler.tooLong(valueBytes)
    builder.warned = true
    await input.skip(valueBytes)
    return
  }
  const bytes = await input.peek(valueBytes)
  if (bytes.length < valueBytes) throw invalidArchive('Truncated archive detected while reading metadata')
  if (handler.apply(builder, bytes.slice(0, valueBytes), suffix) === false) builder.warned = true
  input.consume(valueBytes)
}

/** Passes over bytes between headers. libarchive has used up what there is by the time that it complains. */
export async function skipExactly(input: BufferedSource, count: number): Promise<void> {
  if ((await input.skip(count)) === count) return
  throw invalidArchive(`Truncated input file (needed ${count} bytes, only 0 available)`)
}

function truncated(doing: string): Error {
  return invalidArchive(`Truncated tar archive detected while ${doing}`)
}
