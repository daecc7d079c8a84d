// Extended attributes over the bridge.

import { isIoError } from '../../errors.ts'
import type { XattrAccess, XattrList } from '../types.ts'
import type { Syscalls } from './syscalls.ts'

const NONE: XattrList = []

export function xattrAccess(syscalls: () => Syscalls): XattrAccess {
  const encoder = new TextEncoder()
  const terminated = new Map<string, Uint8Array>()
  /** The name with its closing NUL. Code asks for few different ones by string, so those are kept. */
  const cName = (name: string | Uint8Array): Uint8Array => {
    if (typeof name !== 'string') {
      const bytes = new Uint8Array(name.length + 1)
      bytes.set(name)
      return bytes
    }
    let bytes = terminated.get(name)
    if (bytes === undefined) {
      bytes = encoder.encode(`${name}\0`)
      if (terminated.size < 64) terminated.set(name, bytes)
    }
    return bytes
  }
  return {
    read(path) {
      const { llistxattr, lgetxattr } = syscalls()
      const list = withoutSupportEmpty(() => llistxattr(path))
      if (list === undefined || list.length === 0) return NONE
      const found: [Uint8Array, Uint8Array][] = []
      for (let start = 0; start < list.length; ) {
        const end = list.indexOf(0, start)
        const value = lgetxattr(path, list.subarray(start, end + 1))
        if (value !== undefined) found.push([list.slice(start, end), value])
        start = end + 1
      }
      return found
    },
    get: (path, name) => withoutSupportEmpty(() => syscalls().lgetxattr(path, cName(name))),
    set: (path, name, value) => syscalls().lsetxattr(path, cName(name), value),
    remove: (path, name) => syscalls().lremovexattr(path, cName(name)),
  }
}

/** A file system without attributes (EOPNOTSUPP) has none on any file. */
function withoutSupportEmpty<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch (error) {
    if (isIoError(error, 'EOPNOTSUPP')) return undefined
    throw error
  }
}
