// What the headers of one tar entry have said so far. Several headers may describe one entry; the last of them is a
// plain one, which fills in what the others left open.

import type { ArchiveXattrs } from './entry.ts'
import type { SparseBlock } from './sparse.ts'

/** A name as its bytes; `isPax` when it stood in a pax header that did not call itself binary. */
export interface RawName {
  readonly bytes: Uint8Array
  readonly isPax: boolean
}

/** What pax headers said of GNU's sparse formats. libarchive keeps it from one entry to the next. */
export interface SparseState {
  major: number
  minor: number
  /** Halves of a pair of format 0.0; both zero before anything was said. */
  offset: bigint | undefined
  length: bigint | undefined
}

export class EntryBuilder {
  path: RawName | undefined
  link: RawName | undefined
  /** A link name makes an entry a hard link, of whatever type it is, unless it is a symbolic link. */
  linkKind: 'hardlink' | 'symlink' | undefined
  /** Values of the running pax header, taken over at its end. */
  readonly pax: { path?: Uint8Array; sparsePath?: Uint8Array; linkPath?: Uint8Array; isBinary: boolean } = {
    isBinary: false,
  }
  /** Permission bits of an ACL; the header's are not used then. */
  permissions: number | undefined
  uid: bigint | undefined
  gid: bigint | undefined
  mtime: bigint | undefined
  deviceMajor: bigint | undefined
  deviceMinor: bigint | undefined
  paxSize: bigint | undefined
  gnuRealSize: bigint | undefined
  gnuSize: bigint | undefined
  starRealSize: bigint | undefined
  readonly map: SparseBlock[] = []
  isSparse = false
  readonly sparse: SparseState
  /** Something was malformed and passed over. */
  warned = false
  readonly #xattrs: (readonly [Uint8Array, Uint8Array])[] = []

  constructor(sparse: SparseState) {
    this.sparse = sparse
  }

  addXattr(name: Uint8Array, value: Uint8Array): void {
    this.#xattrs.push([name, value])
  }

  get xattrs(): ArchiveXattrs {
    return this.#xattrs.toReversed()
  }

  /** The end of a pax header: its names count from here on. */
  takePaxNames(): void {
    const { path, sparsePath, linkPath, isBinary } = this.pax
    const name = sparsePath !== undefined && sparsePath.length > 0 ? sparsePath : path
    if (name !== undefined && name.length > 0) this.path = { bytes: name, isPax: !isBinary }
    if (linkPath !== undefined && linkPath.length > 0) this.setLink({ bytes: linkPath, isPax: !isBinary })
  }

  setLink(link: RawName): void {
    this.link = link
    this.linkKind ??= 'hardlink'
  }
}
