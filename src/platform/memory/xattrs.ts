// Extended attributes of the memory file system, with Linux's rules.

import { OstreeError } from '../../errors.ts'
import type { XattrAccess } from '../types.ts'
import type { Inode } from './inode.ts'
import type { Tree } from './tree.ts'

const NAME_MAX_BYTES = 255
const VALUE_MAX_BYTES = 65_536

const toKey = (name: string | Uint8Array): string => {
  const bytes = typeof name === 'string' ? new TextEncoder().encode(name) : name
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}
const toBytes = (key: string): Uint8Array => Uint8Array.from(key, (character) => character.charCodeAt(0))

export function memoryXattrs(tree: Tree): XattrAccess {
  return {
    read(path) {
      const { xattrs } = tree.require(path, 'llistxattr')
      return Array.from(xattrs, ([key, value]) => [toBytes(key), value.slice()] as const)
    },
    get: (path, name) => tree.require(path, 'lgetxattr').xattrs.get(toKey(name))?.slice(),
    set(path, name, value) {
      const inode = tree.require(path, 'lsetxattr')
      const key = toKey(name)
      const errno = refusal(inode, key, value)
      if (errno !== undefined) throw new OstreeError('IO', { errno, call: 'lsetxattr', path })
      inode.xattrs.set(key, value.slice())
    },
    remove(path, name) {
      if (!tree.require(path, 'lremovexattr').xattrs.delete(toKey(name))) {
        throw new OstreeError('IO', { errno: 'ENODATA', call: 'lremovexattr', path })
      }
    },
  }
}

function refusal({ body }: Inode, key: string, value: Uint8Array): string | undefined {
  if (key === '' || key.length > NAME_MAX_BYTES) return 'ERANGE'
  if (value.length > VALUE_MAX_BYTES) return 'E2BIG'
  if (!/^(user|trusted|security|system)\../s.test(key)) return 'EOPNOTSUPP'
  // Only files and directories have attributes of users.
  return key.startsWith('user.') && (body.kind === 'symlink' || body.kind === 'other') ? 'EPERM' : undefined
}
