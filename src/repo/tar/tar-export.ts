// A commit, or a directory of one, as a tar stream: the bytes that the reference exports. Files of a directory come
// before its subdirectories; a file that was there before becomes a hard link to it.

import type { Checksum } from '../../objects/checksum.ts'
import type { Dirmeta } from '../../objects/dirmeta.ts'
import { isSymlinkMode } from '../../objects/file-mode.ts'
import type { OperationOptions } from '../../operation.ts'
import { compose, type NameForm } from '../../tar/names.ts'
import { encodeTarHeader, RECORD_BYTES, type TarMember, tarEnd, tarPadding } from '../../tar/tar-writer.ts'
import type { Repo } from '../repo.ts'
import { chunksOf } from '../store/content.ts'
import { type LoadedFile, loadFile, readDirmeta, readDirtree } from '../store/read-object.ts'
import type { TreeDirectory } from '../trees/tree-path.ts'

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

/** Small pieces are gathered into ones of this size. */
const PIECE_BYTES = 256 * 1024

/** The tar stream of `root` and everything below it. */
export async function* exportTar(
  repo: Repo,
  root: TreeDirectory,
  options: ExportTarOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal, padToRecord = false } = options
  const out = new PieceBuffer()
  const members = new TarMembers(options)
  const waiting: WaitingDirectory[] = [{ ...root, path: '' }]
  // One loop instead of nested generators: each level of those would cost every piece a turn (measured on `/usr`).
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, treeChecksum, metaChecksum } = next
    out.put(members.directory(path, await readDirmeta(repo.store, metaChecksum)))
    const { files, directories } = await readDirtree(repo.store, treeChecksum)
    const inside = path === '' ? '' : `${path}/`
    for (const { name, checksum } of files) {
      signal?.throwIfAborted()
      const file = await loadFile(repo.store, checksum)
      const { header, hasContent } = members.file(inside + name, checksum, file)
      out.put(header)
      if (hasContent) {
        for await (const piece of chunksOf(await file.content())) {
          out.put(piece)
          yield* out.take()
        }
        out.put(tarPadding(file.sizeBytes))
      }
      yield* out.take()
      await repo.platform.breathe()
    }
    const below = directories.map((entry) => ({ ...entry, path: inside + entry.name }))
    waiting.push(...below.reverse())
  }
  out.put(tarEnd(out.totalBytes, padToRecord ? RECORD_BYTES : undefined))
  yield* out.take(true)
}

/** `path` is relative to the root, and empty for it. */
type WaitingDirectory = Pick<TreeDirectory, 'treeChecksum' | 'metaChecksum'> & { readonly path: string }

/** The headers, and what they remember of earlier ones. */
class TarMembers {
  readonly #options: ExportTarOptions
  /** Paths of the regular files so far. */
  readonly #firstPaths = new Map<Checksum, string>()

  constructor(options: ExportTarOptions) {
    this.#options = options
  }

  directory(path: string, { uid, gid, mode }: Dirmeta): Uint8Array {
    return this.#header({ kind: 'directory', path: this.#name(path), uid, gid, mode, linkPath: '', sizeBytes: 0 })
  }

  file(path: string, checksum: Checksum, { info, sizeBytes }: LoadedFile): { header: Uint8Array; hasContent: boolean } {
    const { uid, gid, mode, symlinkTarget } = info
    const member = { path: this.#name(path), uid, gid, mode, sizeBytes: 0 }
    if (isSymlinkMode(mode)) {
      return { header: this.#header({ ...member, kind: 'symlink', linkPath: symlinkTarget }), hasContent: false }
    }
    const first = this.#firstPaths.get(checksum)
    if (first !== undefined) {
      return { header: this.#header({ ...member, kind: 'hardlink', linkPath: this.#name(first) }), hasContent: false }
    }
    this.#firstPaths.set(checksum, path)
    return { header: this.#header({ ...member, kind: 'file', linkPath: '', sizeBytes }), hasContent: true }
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

/** Makes few large pieces of many small ones. */
class PieceBuffer {
  totalBytes = 0
  #buffer = new Uint8Array(PIECE_BYTES)
  #filled = 0
  #full: Uint8Array[] = []

  put(piece: Uint8Array): void {
    this.totalBytes += piece.length
    if (this.#filled + piece.length > PIECE_BYTES) this.#close()
    if (piece.length > PIECE_BYTES) this.#full.push(piece)
    else {
      this.#buffer.set(piece, this.#filled)
      this.#filled += piece.length
    }
  }

  /** The pieces that are full, or all. */
  take(all = false): readonly Uint8Array[] {
    if (all) this.#close()
    if (this.#full.length === 0) return this.#full
    return this.#full.splice(0)
  }

  #close(): void {
    if (this.#filled === 0) return
    this.#full.push(this.#buffer.subarray(0, this.#filled))
    this.#buffer = new Uint8Array(PIECE_BYTES) // the reader may keep what it gets
    this.#filled = 0
  }
}
