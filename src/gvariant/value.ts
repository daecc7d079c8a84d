// Values whose type is known only at run time, as a tree.

/** `null` is nothing. The wrapper tells nothing from just nothing. */
export type Maybe<T> = { readonly just: T } | null

/** A double that is a NaN with other bits than the usual 0x7ff8000000000000, which a number could lose. */
export interface OddNan {
  readonly nanBits: bigint
}

/**
 * A value of any type. By the type's code: `b` boolean; `y n q i u h` number; `d` number or OddNan; `x t` bigint;
 * `s o g` string; `ay` Uint8Array; other arrays, tuples and dictionary entries an array; `m` Maybe; `v` Variant.
 */
export type Value =
  | boolean
  | number
  | bigint
  | string
  | OddNan
  | Uint8Array
  | Variant
  | readonly Value[]
  | { readonly just: Value }
  | null

/** A value with its type: what `v` holds. */
export interface Variant {
  /** The signature. */
  readonly type: string
  readonly value: Value
}
