// Option kinds of a command's table. Each knows its help text, its starting value and how it reads a text.
// Facts: GLib's GOptionEntry as the reference uses it (no optional arguments, no reversed flags).

import { OstreeError } from '../errors.ts'

export interface OptionSpec<T> {
  /** `flag` takes no argument. */
  readonly kind: 'flag' | 'value'
  readonly help: string
  /** What `--help` prints after `=`; without it the option is printed bare, even when it takes an argument. */
  readonly argument?: string | undefined
  /** One character, as in `-v`. */
  readonly short?: string | undefined
  /** Accepted, but not listed. */
  readonly hidden?: boolean | undefined
  readonly initial: T
  /** The value after `text` was given; `name` is the option as errors spell it, such as `--depth` or `-d`. */
  read(text: string, previous: T, name: string): T
}

/** Options by their long name, in the order `--help` lists them. */
export type OptionTable = Readonly<Record<string, OptionSpec<unknown>>>

export type ValuesOf<O extends OptionTable> = {
  readonly [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never
}

export interface OptionExtras<T> {
  readonly short?: string
  readonly hidden?: boolean
  readonly default?: T
}

/** Of an option that the reference has only where it was built with ed25519, which Debian's is not. */
export const ED25519_ONLY = {} as const

export function flag(help: string, extras: Omit<OptionExtras<never>, 'default'> = {}): OptionSpec<boolean> {
  return { kind: 'flag', help, ...extras, initial: false, read: () => true }
}

export function string(
  argument: string | undefined,
  help: string,
  extras: OptionExtras<never> = {},
): OptionSpec<string | undefined> {
  return value(argument, help, extras, undefined)
}

/** A text that always has a value, because the reference starts it with one. */
export function stringWithDefault(
  argument: string | undefined,
  help: string,
  extras: OptionExtras<string> & { readonly default: string },
): OptionSpec<string> {
  return value(argument, help, extras, extras.default)
}

/** A path on the host. */
export const filename = string

/** May be given several times; the values keep their order. */
export function strings(
  argument: string | undefined,
  help: string,
  extras: Omit<OptionExtras<never>, 'default'> = {},
): OptionSpec<readonly string[]> {
  return {
    ...extras,
    kind: 'value',
    help,
    argument,
    initial: [],
    read: (text, previous) => [...previous, text],
  }
}

/** Paths on the host, repeatable. */
export const filenames = strings

/** A 32-bit integer as C's `strtol` reads it: spaces before it, a sign, `0x` and a leading `0` for octal. */
export function integer(
  argument: string | undefined,
  help: string,
  extras: OptionExtras<number> = {},
): OptionSpec<number> {
  const { default: initial = 0, ...rest } = extras
  return { ...rest, kind: 'value', help, argument, initial, read: (text, _previous, name) => readInteger(text, name) }
}

/** A value with its own reader, which throws `INVALID_ARGUMENT` for a text it does not know. */
export function parsed<T>(
  argument: string,
  help: string,
  read: (text: string, name: string) => T,
  extras: Omit<OptionExtras<never>, 'default'> = {},
): OptionSpec<T | undefined> {
  return {
    ...extras,
    kind: 'value',
    help,
    argument,
    initial: undefined,
    read: (text, _previous, name) => read(text, name),
  }
}

function value<T extends string | undefined>(
  argument: string | undefined,
  help: string,
  extras: OptionExtras<string>,
  initial: T,
): OptionSpec<T | string> {
  const { short, hidden } = extras
  return { kind: 'value', help, argument, short, hidden, initial, read: (text) => text }
}

const C_INTEGER = /^[ \t\n\v\f\r]*([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0([0-7]*)|([1-9][0-9]*))$/

function readInteger(text: string, name: string): number {
  const match = C_INTEGER.exec(text)
  if (match === null) {
    throw new OstreeError('INVALID_ARGUMENT', { reason: `Cannot parse integer value “${text}” for ${name}` })
  }
  const [, sign, hexadecimal, binary, octal, decimal] = match
  let magnitude: bigint
  if (hexadecimal !== undefined) magnitude = BigInt(`0x${hexadecimal}`)
  else if (binary !== undefined) magnitude = BigInt(`0b${binary}`)
  else if (octal !== undefined) magnitude = octal === '' ? 0n : BigInt(`0o${octal}`)
  else magnitude = BigInt(decimal ?? '0')
  const value = sign === '-' ? -magnitude : magnitude
  if (value < -0x8000_0000n || value > 0x7fff_ffffn) {
    throw new OstreeError('INVALID_ARGUMENT', { reason: `Integer value “${text}” for ${name} out of range` })
  }
  return Number(value)
}
