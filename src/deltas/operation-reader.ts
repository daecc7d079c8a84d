// Walks through a part's operations, which may be many: they are read window by window.

import { Cursor } from '../bytes/cursor.ts'
import type { ObjectType } from '../objects/object-name.ts'
import type { OpenPart } from './open-part.ts'
import { type DeltaOperation, MAX_OPERATION_BYTES, readOperation } from './operations.ts'
import { readWhole } from './random-access.ts'

const WINDOW_BYTES = 64 << 10

export class OperationReader {
  readonly #part: OpenPart
  #cursor = new Cursor(new Uint8Array(0))
  /** Of the bytes behind the window. */
  #position: number
  readonly #end: number
  #count = 0

  constructor(part: OpenPart) {
    this.#part = part
    this.#position = part.operations.start
    this.#end = part.operations.start + part.operations.sizeBytes
  }

  /**
   * The next operation, or `undefined` at the end.
   * @param making - Type of the object that the next `open…` is for.
   */
  async next(making: ObjectType | undefined): Promise<DeltaOperation | undefined> {
    if (this.#cursor.remaining < MAX_OPERATION_BYTES && this.#position < this.#end) await this.#advance()
    if (this.#cursor.atEnd) return undefined
    return readOperation(this.#cursor, making, this.#count++)
  }

  async #advance(): Promise<void> {
    const start = this.#position - this.#cursor.remaining
    const size = Math.min(WINDOW_BYTES, this.#end - start)
    this.#cursor = new Cursor(await readWhole(this.#part.payload, start, size))
    this.#position = start + size
  }
}
