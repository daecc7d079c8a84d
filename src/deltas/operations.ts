// The operations of a delta part: a code of one byte, then varuints. What a splice takes depends on the type of the object
// that is being made. Facts: spec/static-deltas.md#operations

import { type Cursor, encodeVaruint } from '../bytes/cursor.ts'
import { OstreeError } from '../errors.ts'
import { isContent, type ObjectType } from '../objects/object-name.ts'

export const DELTA_OPERATION = {
  /** Makes a whole object of one run of the part's data. */
  openSpliceAndClose: 0x53, // S
  /** Starts a file. */
  open: 0x6f, // o
  /** Copies from the read source, or from the part's data where none is set. */
  write: 0x77, // w
  /** Sets the file object to read from; its 32 checksum bytes stand in the part's data. */
  setReadSource: 0x72, // r
  unsetReadSource: 0x52, // R
  /** Ends the file. */
  close: 0x63, // c
  /** Makes all of the file from the read source and a patch in the part's data. */
  bspatch: 0x42, // B
} as const
export type OperationName = keyof typeof DELTA_OPERATION

/** As errors spell it. */
export const OPCODE_NAME: { readonly [N in OperationName]: string } = {
  openSpliceAndClose: 'open-splice-and-close',
  open: 'open',
  write: 'write',
  setReadSource: 'set-read-source',
  unsetReadSource: 'unset-read-source',
  close: 'close',
  bspatch: 'bspatch',
}

/** Bytes of the longest operation: a code and four varuints. */
export const MAX_OPERATION_BYTES = 1 + 4 * 10

export type DeltaOperation =
  | { readonly op: 'openSpliceAndClose'; readonly file: FileTarget | null; readonly size: number; readonly at: number }
  | { readonly op: 'open'; readonly file: FileTarget; readonly size: number }
  | { readonly op: 'write'; readonly size: number; readonly at: number }
  | { readonly op: 'setReadSource'; readonly at: number }
  | { readonly op: 'unsetReadSource' }
  | { readonly op: 'close' }
  | { readonly op: 'bspatch'; readonly at: number; readonly size: number }

/** Places in the part's tables. */
export interface FileTarget {
  readonly mode: number
  readonly xattrs: number
}

/**
 * Reads one operation.
 * @param making - Type of the object that the next `open…` is for; `undefined` when all have been made.
 * @param index - How many operations came before.
 * @throws {@link OstreeError} `INVALID_FORMAT`, `TRUNCATED`
 */
export function readOperation(cursor: Cursor, making: ObjectType | undefined, index: number): DeltaOperation {
  const code = cursor.u8('opcode')
  switch (code) {
    case DELTA_OPERATION.openSpliceAndClose: {
      const file = isContent(required(making)) ? readTarget(cursor) : null
      const size = cursor.varuintNumber('size')
      return { op: 'openSpliceAndClose', file, size, at: cursor.varuintNumber('offset') }
    }
    case DELTA_OPERATION.open: {
      if (!isContent(required(making))) throw invalid(`open of a ${making}`)
      return { op: 'open', file: readTarget(cursor), size: cursor.varuintNumber('size') }
    }
    case DELTA_OPERATION.write: {
      const size = cursor.varuintNumber('size')
      return { op: 'write', size, at: cursor.varuintNumber('offset') }
    }
    case DELTA_OPERATION.setReadSource:
      return { op: 'setReadSource', at: cursor.varuintNumber('offset') }
    case DELTA_OPERATION.unsetReadSource:
      return { op: 'unsetReadSource' }
    case DELTA_OPERATION.close:
      return { op: 'close' }
    case DELTA_OPERATION.bspatch: {
      const at = cursor.varuintNumber('offset')
      return { op: 'bspatch', at, size: cursor.varuintNumber('size') }
    }
    default:
      throw new OstreeError('INVALID_FORMAT', {
        format: '',
        path: '',
        reason: `Unknown opcode ${code} at offset ${index}`,
      })
  }
}

function readTarget(cursor: Cursor): FileTarget {
  const mode = cursor.varuintNumber('mode')
  return { mode, xattrs: cursor.varuintNumber('xattrs') }
}

/** The bytes of one operation. */
export function encodeOperation(operation: DeltaOperation): Uint8Array {
  return Uint8Array.of(DELTA_OPERATION[operation.op], ...operands(operation).flatMap(encodeVaruint))
}

function operands(operation: DeltaOperation): readonly number[] {
  switch (operation.op) {
    case 'openSpliceAndClose': {
      const { file, size, at } = operation
      return file === null ? [size, at] : [file.mode, file.xattrs, size, at]
    }
    case 'open':
      return [operation.file.mode, operation.file.xattrs, operation.size]
    case 'write':
      return [operation.size, operation.at]
    case 'setReadSource':
      return [operation.at]
    case 'bspatch':
      return [operation.at, operation.size]
    default:
      return []
  }
}

function required(making: ObjectType | undefined): ObjectType {
  if (making === undefined) throw invalid('more objects than its entry lists')
  return making
}

function invalid(reason: string): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: 'delta part', path: 'operations', reason })
}

export function invalidRange(at: number, size: number): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: '', path: '', reason: `Invalid offset/length ${at}/${size}` })
}
