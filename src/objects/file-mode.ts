// Unix file modes as OSTree stores them: type bits and permissions in one 32-bit number. Facts: spec/objects.md#modes

import { OstreeError } from '../errors.ts'

export const MODE = {
  typeMask: 0o170000,
  directory: 0o040000,
  regular: 0o100000,
  symlink: 0o120000,
  /** Permissions, set-id and sticky bits. */
  permissions: 0o7777,
} as const

export const isDirectoryMode = (mode: number): boolean => (mode & MODE.typeMask) === MODE.directory
export const isRegularMode = (mode: number): boolean => (mode & MODE.typeMask) === MODE.regular
export const isSymlinkMode = (mode: number): boolean => (mode & MODE.typeMask) === MODE.symlink

function checkPermissionBits(mode: number): void {
  if ((mode & ~(MODE.typeMask | MODE.permissions)) !== 0) invalid(`Invalid mode ${mode >>> 0}; invalid bits in mode`)
}

/** The mode of a content object. */
export function validateFileMode(mode: number): void {
  if (!isRegularMode(mode) && !isSymlinkMode(mode)) {
    invalid(`Invalid file metadata mode ${mode >>> 0}; not a valid file type`)
  }
  checkPermissionBits(mode)
}

export function validateDirectoryMode(mode: number): void {
  if (!isDirectoryMode(mode)) invalid(`Invalid directory metadata mode ${mode >>> 0}; not a directory`)
  checkPermissionBits(mode)
}

/** bare-user-only stores permissions in the file system, so it takes none beyond 0775. */
export function validateBareUserOnlyMode(mode: number, checksum: string): void {
  if (!isRegularMode(mode)) return
  const bits = mode & ~MODE.typeMask & ~0o775
  if (bits !== 0) {
    const octal = (value: number) => value.toString(8).padStart(4, '0')
    throw new OstreeError('FAILED', {
      reason: `Content object ${checksum}: invalid mode 0${octal(mode)} with bits 0${octal(bits)}`,
    })
  }
}

function invalid(reason: string): never {
  throw new OstreeError('INVALID_FORMAT', { format: '', path: '', reason })
}
