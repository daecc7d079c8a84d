// GLib's own answers, from the reference's root. See glib.py.

import { referencePython } from '../reference-python.ts'

export interface ValueAnswer {
  readonly normal: boolean
  readonly plain: string
  readonly annotated: string
  /** In hex, as all bytes here. */
  readonly normalized: string
  readonly swapped: string
}

/** `error: null`: GLib only logged a complaint and gave neither a value nor an error. */
export type TextAnswer = { readonly type: string; readonly data: string } | { readonly error: string | null }

export interface Question {
  /** Signature and bytes. */
  readonly values?: readonly (readonly [signature: string, hex: string])[]
  /** UTF-8 text and the type asked for. */
  readonly texts?: readonly (readonly [hex: string, signature: string | null])[]
  /** Insertions and removals, one list for each dictionary. */
  readonly keys?: readonly (readonly (readonly [action: '+' | '-', key: string])[])[]
  readonly printable?: boolean
}

export interface Answer {
  readonly values: readonly ValueAnswer[]
  readonly texts: readonly TextAnswer[]
  /** The bytes of the finished dictionaries: `a{sv}` with a byte for each key. */
  readonly keys: readonly string[]
  /** Where code points turn printable or back. */
  readonly printable: readonly number[]
}

const SCRIPT = new URL('glib.py', import.meta.url)

export async function askGlib(question: Question): Promise<Answer> {
  return (await referencePython(SCRIPT, question)) as Answer
}
