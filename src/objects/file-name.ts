// Names of directory entries. Facts: spec/objects.md#names

import { OstreeError } from '../errors.ts'
import { mapped, str } from '../gvariant/schema.ts'

/** @throws {@link OstreeError} `INVALID_ARGUMENT`: `.`, `..`, an empty name or one with a slash. */
export function validateFileName(name: string): void {
  const reason =
    name === '.'
      ? "Invalid self-referential filename '.'"
      : name === '..'
        ? "Invalid path uplink filename '..'"
        : name.includes('/')
          ? `Invalid / in filename ${name}`
          : name === ''
            ? 'Invalid empty filename'
            : null
  if (reason !== null) throw new OstreeError('INVALID_ARGUMENT', { reason })
}

function validated(name: string): string {
  validateFileName(name)
  return name
}

/** An `s` field that names a directory entry. */
export const fileName = mapped(str, validated, validated)
