// A commit, or a directory of one, as a tar stream: the bytes that the reference exports. Files of a directory come
// before its subdirectories; a file that was there before becomes a hard link to it.

import type { Checksum } from '../objects/checksum.ts'
import { isSymlinkMode } from '../objects/file-mode.ts'
import type { OperationOptions } from '../operation.ts'
import { compose, type NameForm } from '../tar/names.ts'
import { encodeTarHeader, RECORD_BYTES, type TarMember, tarEnd, tarPadding } from '../tar/tar-writer.ts'
import { chunksOf } from './content.ts'
import { loadFile, readDirmeta, readDirtree } from './read-object.ts'
import type { Repo } from './repo.ts'
import type { TreeDirectory } from './tree-path.ts'

export interface ExportTarOptions extends OperationOptions {
  /** Put in front of every path, as it is: end it with a slash to make it a directory. */
  readonly prefix?: string | undefined
  /** The time of all entries, in seconds since the epoch; 0 by default. */
  readonly timestamp?: bigint | undefined
  /** Fill up to a whole record of 10240 bytes, as for pipes and devices. Default `false`. */
  readonly padToRecord?: boolean | undefined
  /** Paths composed as the reference writes them in a UTF-8 locale, or kept. Default `compose`. */
  readonly names?: NameForm | undefined
}

/** Pieces are gathered up to this size. */
const PIECE_BYTES = 256 * 1024

/** The tar stream of everything below `root`, and of itself. */
export async function* exportTar(
  repo: Repo,
  root: TreeDirectory,
  options: ExportTarOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const writer = new TarExport(repo, options)
  let writtenBytes = 0
  for await (const piece of gathered(writer.directory(root, ''))) {
    options.signal?.throwIfAborted()
    writtenBytes += piece.length
    yield piece
    await repo.platform.breathe()
  }
  yield tarEnd(writtenBytes, options.padToRecord === true ? RECORD_BYTES : undefined)
}

class TarExport {
  readonly #repo: Repo
  readonly #options: ExportTarOptions
  /** Paths of the regular files so far. */
  readonly #firstPaths = new Map<Checksum, string>()

  constructor(repo: Repo, options: ExportTarOptions) {
    this.#repo = repo
    this.#options = options
  }

  /** @param path - Empty for the root, otherwise relative to it. */
  async *directory(directory: TreeDirectory, path: string): AsyncGenerator<Uint8Array> {
    const { store } = this.#repo
    const { uid, gid, mode } = await readDirmeta(store, directory.metaChecksum)
    yield this.#header({ kind: 'directory', path: this.#name(path), uid, gid, mode, linkPath: '', sizeBytes: 0 })
    const { files, directories } = await readDirtree(store, directory.treeChecksum)
    const inside = path === '' ? '' : `${path}/`
    for (const { name, checksum } of files) yield* this.#file(checksum, inside + name)
    for (const { name, treeChecksum, metaChecksum } of directories) {
      yield* this.directory({ kind: 'directory', treeChecksum, metaChecksum }, inside + name)
    }
  }

  async *#file(checksum: Checksum, path: string): AsyncGenerator<Uint8Array> {
    const { info, sizeBytes, content } = await loadFile(this.#repo.store, checksum)
    const { uid, gid, mode, symlinkTarget } = info
    const member = { path: this.#name(path), uid, gid, mode, sizeBytes: 0 }
    if (isSymlinkMode(mode)) {
      yield this.#header({ ...member, kind: 'symlink', linkPath: symlinkTarget })
      return
    }
    const first = this.#firstPaths.get(checksum)
    if (first !== undefined) {
      yield this.#header({ ...member, kind: 'hardlink', linkPath: this.#name(first) })
      return
    }
    this.#firstPaths.set(checksum, path)
    yield this.#header({ ...member, kind: 'file', linkPath: '', sizeBytes })
    yield* chunksOf(await content())
    yield tarPadding(sizeBytes)
  }

  #name(path: string): string {
    const name = (this.#options.prefix ?? '') + path
    return name === '' ? '.' : name
  }

  /** Only paths are composed, not what links name. */
  #header(member: Omit<TarMember, 'mtime'>): Uint8Array {
    const { timestamp = 0n, names = 'compose' } = this.#options
    const path = names === 'compose' ? compose(member.path) : member.path
    return encodeTarHeader({ ...member, path, mtime: timestamp })
  }
}

/** Many small pieces become few larger ones; large ones pass. */
async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let buffer = new Uint8Array(PIECE_BYTES)
  let filled = 0
  for await (const piece of pieces) {
    if (filled + piece.length > buffer.length) {
      if (filled > 0) yield buffer.subarray(0, filled)
      buffer = new Uint8Array(PIECE_BYTES) // the reader may keep what it got
      filled = 0
    }
    if (piece.length > buffer.length) yield piece
    else {
      buffer.set(piece, filled)
      filled += piece.length
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled)
}
