// The keys of pax headers that change an entry: how long a value may be, and what it sets. Keys and limits are
// libarchive's: POSIX.1 (pax), star's `SCHILY.`, GNU's sparse formats and SELinux key, `LIBARCHIVE.`, Solaris' holes.

import { type AclKind, applyAcl } from './acl.ts'
import { invalidArchive } from './entry.ts'
import type { EntryBuilder } from './entry-builder.ts'
import { decimal, INT64_MAX } from './numbers.ts'
import { addBlock, MAX_MAP_BYTES, parseCommaMap, parseHolesData } from './sparse.ts'
import { untilNul } from './tar-header.ts'
import { decodeBase64, decodePercent } from './xattr-encoding.ts'

const MAX_NUMBER_BYTES = 64
const MAX_TIME_BYTES = 128
const MAX_NAME_BYTES = 1024 * 1024
const MAX_XATTR_BYTES = 16 * 1024 * 1024
const MAX_XATTR_NAME_BYTES = 128
const MAX_ACL_BYTES = 128 * 1024
const MAX_CHARSET_BYTES = 63

const latin1 = new TextDecoder('latin1')
const SELINUX = new TextEncoder().encode('security.selinux')

export interface AttributeHandler {
  /** A longer value is passed over, or is an error where `tooLong` says so. */
  readonly maxBytes: number
  readonly tooLong?: (valueBytes: number) => Error
  /** @param suffix - What follows a key's prefix (`SCHILY.xattr.`). Answers `false` for a malformed value. */
  apply(builder: EntryBuilder, value: Uint8Array, suffix: Uint8Array): boolean | undefined
}

function name(set: (builder: EntryBuilder, value: Uint8Array) => void): AttributeHandler {
  return {
    maxBytes: MAX_NAME_BYTES,
    apply: (builder, value) => {
      set(builder, untilNul(value))
      return true
    },
  }
}

function number(set: (builder: EntryBuilder, value: bigint) => void): AttributeHandler {
  return {
    maxBytes: MAX_NUMBER_BYTES,
    tooLong: (bytes) => invalidArchive(`pax attribute is no number: ${bytes} bytes`),
    apply: (builder, value) => {
      const parsed = decimal(value)
      if (parsed < 0n || parsed === INT64_MAX) return false
      set(builder, parsed)
      return true
    },
  }
}

function time(key: string, set: (builder: EntryBuilder, seconds: bigint) => void): AttributeHandler {
  return {
    maxBytes: MAX_TIME_BYTES,
    tooLong: () => invalidArchive(`Ignoring malformed pax ${key}`),
    apply: (builder, value) => {
      const match = /^(-?)(\d*)(?:\.\d*)?$/.exec(latin1.decode(value))
      const seconds = BigInt(match?.[2] || 0)
      if (match === null || seconds > INT64_MAX) return false
      set(builder, match[1] === '-' ? -seconds : seconds)
      return true
    },
  }
}

/** Any ACL takes the permission bits over; only that for access sets some. */
function acl(kind: AclKind): AttributeHandler {
  return {
    maxBytes: MAX_ACL_BYTES,
    apply: (builder, value) => {
      const before = builder.permissions ?? 0
      const { mode, isSound } = applyAcl(latin1.decode(value), before, kind)
      builder.permissions = mode
      return isSound
    },
  }
}

function mapTooLong(bytes: number): Error {
  return invalidArchive(`Unreasonably large sparse map: ${bytes} > ${MAX_MAP_BYTES}`)
}

function sparse(handler: AttributeHandler): AttributeHandler {
  return {
    ...handler,
    apply: (builder, value, suffix) => {
      builder.isSparse = true
      return handler.apply(builder, value, suffix)
    },
  }
}

const NO_PAIR = { offset: undefined, length: undefined } as const

function addPair(builder: EntryBuilder): void {
  const { offset, length } = builder.sparse
  if (offset === undefined || length === undefined) return
  addBlock(builder.map, offset, length)
  Object.assign(builder.sparse, NO_PAIR)
}

const SIZE: AttributeHandler = {
  ...number(() => {}),
  apply: (builder, value) => {
    const parsed = decimal(value)
    if (parsed < 0n || parsed === INT64_MAX) throw invalidArchive('Tar size attribute overflow')
    builder.paxSize = parsed
    return true
  },
}

const CHARSET: AttributeHandler = {
  maxBytes: MAX_CHARSET_BYTES,
  apply: (builder, value) => {
    const charset = latin1.decode(value)
    if (charset !== 'BINARY' && charset !== 'ISO-IR 10646 2000 UTF-8') return false
    builder.pax.isBinary = charset === 'BINARY'
    return true
  },
}

/** A key that is known and changes nothing that is committed. */
const IGNORED: AttributeHandler = { maxBytes: MAX_NAME_BYTES, apply: () => true }

const EXACT: Readonly<Record<string, AttributeHandler>> = {
  path: name((builder, value) => {
    builder.pax.path = value
  }),
  linkpath: name((builder, value) => {
    builder.pax.linkPath = value
  }),
  hdrcharset: CHARSET,
  uname: IGNORED,
  gname: IGNORED,
  size: SIZE,
  uid: number((builder, value) => {
    builder.uid = value
  }),
  gid: number((builder, value) => {
    builder.gid = value
  }),
  mtime: time('mtime', (builder, seconds) => {
    builder.mtime = seconds
  }),
  atime: time('atime', () => {}),
  ctime: time('ctime', () => {}),
  'LIBARCHIVE.symlinktype': {
    maxBytes: 4,
    apply: (_, value) => ['file', 'dir'].includes(latin1.decode(value)),
  },
  'LIBARCHIVE.creationtime': time('creationtime', () => {}),
  'RHT.security.selinux': {
    maxBytes: MAX_XATTR_BYTES,
    apply: (builder, value) => {
      builder.addXattr(SELINUX, value)
      return true
    },
  },
  'SCHILY.acl.access': acl('access'),
  'SCHILY.acl.default': acl('default'),
  'SCHILY.acl.ace': acl('nfs4'),
  'SCHILY.devmajor': number((builder, value) => {
    builder.deviceMajor = value
  }),
  'SCHILY.devminor': number((builder, value) => {
    builder.deviceMinor = value
  }),
  'SCHILY.fflags': IGNORED,
  'SCHILY.dev': number(() => {}),
  'SCHILY.ino': number(() => {}),
  'SCHILY.nlink': number(() => {}),
  'SCHILY.realsize': number((builder, value) => {
    builder.starRealSize = value
  }),
  'SUN.holesdata': {
    maxBytes: MAX_MAP_BYTES - 1,
    tooLong: mapTooLong,
    apply: (builder, value) => parseHolesData(value, builder.map),
  },
  'GNU.sparse': sparse(IGNORED),
  'GNU.sparse.numblocks': sparse({
    maxBytes: MAX_NAME_BYTES,
    apply: (builder) => {
      Object.assign(builder.sparse, { major: 0, minor: 0, ...NO_PAIR })
      return true
    },
  }),
  'GNU.sparse.offset': sparse(
    number((builder, value) => {
      builder.sparse.offset = value
      addPair(builder)
    }),
  ),
  'GNU.sparse.numbytes': sparse(
    number((builder, value) => {
      builder.sparse.length = value
      addPair(builder)
    }),
  ),
  'GNU.sparse.size': sparse(
    number((builder, value) => {
      builder.gnuSize = value
    }),
  ),
  'GNU.sparse.realsize': sparse(
    number((builder, value) => {
      builder.gnuRealSize = value
    }),
  ),
  'GNU.sparse.major': sparse(
    number((builder, value) => {
      if (value <= 10n) builder.sparse.major = Number(value)
    }),
  ),
  'GNU.sparse.minor': sparse(
    number((builder, value) => {
      if (value <= 10n) builder.sparse.minor = Number(value)
    }),
  ),
  'GNU.sparse.name': sparse(
    name((builder, value) => {
      builder.pax.sparsePath = value
    }),
  ),
  'GNU.sparse.map': sparse({
    maxBytes: MAX_MAP_BYTES,
    tooLong: mapTooLong,
    apply: (builder, value) => {
      Object.assign(builder.sparse, { major: 0, minor: 1 })
      return parseCommaMap(value, builder.map)
    },
  }),
}

const BY_PREFIX: Readonly<Record<string, AttributeHandler>> = {
  'SCHILY.xattr.': {
    maxBytes: MAX_XATTR_BYTES - 1,
    apply: (builder, value, suffix) => {
      if (suffix.length > MAX_XATTR_NAME_BYTES) return false
      builder.addXattr(suffix, value)
      return true
    },
  },
  'LIBARCHIVE.xattr.': {
    maxBytes: MAX_XATTR_BYTES,
    apply: (builder, value, suffix) => {
      builder.addXattr(untilNul(decodePercent(suffix)), decodeBase64(value))
      return true
    },
  },
  'GNU.sparse.': sparse(IGNORED),
}

/** What a key does, and the part of it that is not fixed; `undefined` for a key that changes nothing. */
export function findHandler(key: Uint8Array): { handler: AttributeHandler; suffix: Uint8Array } | undefined {
  const text = latin1.decode(key)
  if (Object.hasOwn(EXACT, text)) return { handler: EXACT[text]!, suffix: key.subarray(key.length) }
  const prefix = Object.keys(BY_PREFIX).find((start) => text.length > start.length && text.startsWith(start))
  return prefix === undefined ? undefined : { handler: BY_PREFIX[prefix]!, suffix: key.subarray(prefix.length) }
}
