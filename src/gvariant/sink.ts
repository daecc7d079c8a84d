// What an encoder writes to: a buffer that grows, with padding and framing offsets.

import { isWellFormed } from '../bytes/utf8.ts'
import { widthFor, writeOffset } from './framing.ts'
import { Misfit } from './source.ts'

const encoder = new TextEncoder()

export class Sink {
  bytes: Uint8Array
  view: DataView
  /** Bytes written so far. */
  size = 0

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `count` more bytes and returns where they go. */
  reserve(count: number): number {
    const start = this.size
    const needed = start + count
    if (needed > this.bytes.length) this.#grow(needed)
    this.size = needed
    return start
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes)
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }

  pad(alignment: number): void {
    const over = this.size % alignment
    if (over !== 0) this.reserve(alignment - over) // the buffer is zero beyond `size`
  }

  append(bytes: Uint8Array): void {
    const start = this.reserve(bytes.length)
    this.bytes.set(bytes, start)
  }

  /** Text and its final NUL. */
  text(text: string): void {
    const { length } = text
    const start = this.reserve(length + 1)
    const { bytes } = this
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit === 0 || unit >= 0x80) {
        this.#longText(text, start)
        return
      }
      bytes[start + i] = unit
    }
  }

  /** ASCII without a NUL. */
  ascii(text: string): void {
    const start = this.reserve(text.length)
    for (let i = 0; i < text.length; i++) this.bytes[start + i] = text.charCodeAt(i)
  }

  #longText(text: string, start: number): void {
    if (text.includes('\0')) throw new Misfit('a string cannot hold NUL')
    if (!isWellFormed(text)) throw new Misfit('lone surrogate')
    this.size = start
    this.reserve(text.length * 3 + 1)
    const { written } = encoder.encodeInto(text, this.bytes.subarray(start))
    this.bytes[start + written] = 0
    this.size = start + written + 1
  }

  /** Framing offsets of the container that began at `start`, counted from there; the width follows from its size. */
  offsets(start: number, ends: readonly number[]): void {
    const width = widthFor(this.size - start, ends.length)
    let position = this.reserve(width * ends.length)
    for (let i = 0; i < ends.length; i++) {
      writeOffset(this.view, position, width, ends[i]! - start)
      position += width
    }
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.size)
  }
}
