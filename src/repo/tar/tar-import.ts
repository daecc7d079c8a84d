// Taking an archive into a tree: paths made relative, parents made up, hard links settled when all else is in place.
// Facts: the reference's import of archives; spec/repository.md#commit

import { encodeUtf8 } from '../../bytes/utf8.ts'
import { isOstreeError, OstreeError, prefixed } from '../../errors.ts'
import { StringHashOrder } from '../../gvariant/hash-order.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { encodeDirmeta } from '../../objects/dirmeta.ts'
import type { FileInfo } from '../../objects/file-header.ts'
import { isDirectoryMode, isRegularMode, isSymlinkMode, MODE } from '../../objects/file-mode.ts'
import { validateFileName } from '../../objects/file-name.ts'
import { canonicalXattrs, type Xattrs } from '../../objects/xattrs.ts'
import type { OperationOptions } from '../../operation.ts'
import { type ArchiveEntry, TYPE_BITS } from '../../tar/entry.ts'
import type { ArchivedContent } from '../commit/archived-content.ts'
import { FileQueue } from '../commit/file-queue.ts'
import { applyModifier, type CommitModifier, type EntryAttributes, NO_MODIFIER } from '../commit/modifier.ts'
import type { FileToWrite } from '../commit/write-files.ts'
import { NO_CONTENT, SMALL_CONTENT_BYTES } from '../store/content.ts'
import { writeContent } from '../store/write-object.ts'
import type { Transaction } from '../transaction/transaction.ts'
import type { MutableTree } from '../trees/mutable-tree.ts'
import { finalPath, type PathTranslation, splitPath } from './tar-paths.ts'

export interface ImportArchiveOptions extends OperationOptions, PathTranslation {
  readonly modifier?: CommitModifier
  /** Make up parent directories that the archive does not have, owned as the entry below them. */
  readonly autocreateParents?: boolean | undefined
  /** Pass over devices and the like instead of failing. */
  readonly ignoreUnsupported?: boolean | undefined
  /** The archive, where it is an uncompressed regular file: the pool then reads from it. */
  readonly plainFile?: PlainFile | undefined
}

export interface PlainFile {
  readonly path: string
  readonly sizeBytes: number
}

const HANDLE_FILE = 'Failed to handle file'
const IMPORT_FILE = 'Failed to import file'
const DEFAULT_DIRECTORY_MODE = TYPE_BITS.directory | 0o755
const SELINUX_XATTR = encodeUtf8('security.selinux')

/** Overlays the entries of an archive onto `root`; later ones replace earlier ones. */
export async function importArchive(
  transaction: Transaction,
  root: MutableTree,
  entries: AsyncIterable<ArchiveEntry>,
  options: ImportArchiveOptions = {},
): Promise<void> {
  await FileQueue.run(transaction, options.signal, async (queue) => {
    const task = new ArchiveImport(transaction, root, queue, options)
    for await (const entry of entries) {
      options.signal?.throwIfAborted()
      await task.add(entry)
      await transaction.repo.platform.breathe()
    }
    await task.finish()
  })
}

/** A further name of what another entry holds; it may hold it itself. */
interface DeferredLink {
  readonly parent: MutableTree
  readonly name: string
  readonly sizeBytes: number
}

/** An entry on its way into the tree. */
interface Incoming {
  readonly entry: ArchiveEntry
  readonly path: string
  readonly attributes: EntryAttributes
  readonly parent: MutableTree
  readonly name: string
}

class ArchiveImport {
  readonly #transaction: Transaction
  readonly #root: MutableTree
  readonly #queue: FileQueue
  readonly #options: ImportArchiveOptions
  readonly #modifier: CommitModifier
  /** By the path of what they are links to. */
  readonly #links = new Map<string, DeferredLink[]>()
  /** Files that may not have reached the tree yet. */
  readonly #pending = new Set<string>()

  constructor(transaction: Transaction, root: MutableTree, queue: FileQueue, options: ImportArchiveOptions) {
    this.#transaction = transaction
    this.#root = root
    this.#queue = queue
    this.#options = options
    this.#modifier = options.modifier ?? NO_MODIFIER
  }

  async add(entry: ArchiveEntry): Promise<void> {
    const path = finalPath(entry.path, this.#options).replace(/(?<=.)\/+$/, '')
    // Archives tell no more than the permissions of a hard link; what it links to is a file.
    const mode = (entry.hardlink === undefined ? entry.mode : entry.mode | MODE.regular) >>> 0
    if (isSymlinkMode(mode) && entry.symlink === undefined) fail('Symlink entry has no target')
    const absolute = `/${path.replace(/^\/+/, '')}`
    const attributes = applyModifier(this.#transaction.repo, this.#modifier, absolute, { ...entry, mode })
    if (attributes === null) return
    const parent = await this.#parentOf(entry, path)
    const incoming: Incoming = { entry, path, attributes, parent, name: path.slice(path.lastIndexOf('/') + 1) }
    if (isDirectoryMode(mode)) return prefixing('Failed to handle directory', () => this.#directory(incoming))
    if (isRegularMode(mode) || isSymlinkMode(mode)) {
      return this.#file(incoming, mode)
    }
    if (this.#options.ignoreUnsupported !== true) fail(`Unsupported file type for path "${path}"`)
  }

  async finish(): Promise<void> {
    await this.#settle()
    for (const target of new StringHashOrder(this.#links.keys())) {
      await prefixing(`Processing deferred hardlink ${target}`, () => this.#link(target, this.#links.get(target)!))
    }
    if (this.#options.autocreateParents === true && this.#root.metadataChecksum === null) {
      const made: EntryAttributes = { uid: 0, gid: 0, mode: DEFAULT_DIRECTORY_MODE }
      const attributes = applyModifier(this.#transaction.repo, this.#modifier, '/', made) ?? made
      await this.#setMetadata(this.#root, attributes, this.#label('/', DEFAULT_DIRECTORY_MODE))
    }
  }

  /** The directory that an entry goes into. */
  async #parentOf(entry: ArchiveEntry, path: string): Promise<MutableTree> {
    const elements = splitPath(path)
    if (elements.length === 0) return this.#root
    try {
      return await this.#root.walk(elements)
    } catch (error) {
      if (!isOstreeError(error, 'FAILED') || this.#options.autocreateParents !== true) throw error
    }
    return prefixing('Failed to create parent', () => this.#makeParents(entry, elements))
  }

  /** As in the reference, directories that are there already get the same owner and mode as those made up. */
  async #makeParents({ uid, gid }: ArchiveEntry, elements: readonly string[]): Promise<MutableTree> {
    const attributes: EntryAttributes = { uid, gid, mode: DEFAULT_DIRECTORY_MODE }
    let tree = this.#root
    let path = ''
    await this.#setMetadata(tree, attributes, this.#label('/', DEFAULT_DIRECTORY_MODE))
    for (const name of elements.slice(0, -1)) {
      path += `/${name}`
      await this.#settleIfPending(path)
      tree = await tree.ensureDirectory(name)
      await this.#setMetadata(tree, attributes, this.#label(path, DEFAULT_DIRECTORY_MODE))
    }
    return tree
  }

  async #directory({ entry, path, attributes, parent, name }: Incoming): Promise<void> {
    const xattrs = this.#xattrs(entry, path, attributes.mode)
    await this.#settleIfPending(`/${path}`)
    const tree = name === '' ? parent : await parent.ensureDirectory(name)
    await this.#setMetadata(tree, attributes, xattrs)
  }

  async #file(incoming: Incoming, mode: number): Promise<void> {
    const { entry, parent, name } = incoming
    const target = entry.hardlink === undefined ? undefined : finalPath(entry.hardlink, this.#options)
    const sizeBytes = isRegularMode(mode) ? entry.sizeBytes : 0 // a symbolic link of cpio has one, too
    if (target === undefined || sizeBytes > 0) {
      await this.#settleIfPending(`/${incoming.path}`)
      const file = await prefixing(HANDLE_FILE, () => prefixing(IMPORT_FILE, () => this.#content(incoming, mode)))
      if (file !== undefined) await this.#enqueue(file, incoming)
    }
    if (target === undefined) return
    const links = this.#links.get(target)
    const link: DeferredLink = { parent, name, sizeBytes }
    if (links === undefined) this.#links.set(target, [link])
    else links.push(link)
  }

  /** Writes a large file as it is read; answers a small one, read, for the pool. */
  async #content({ entry, path, attributes, parent, name }: Incoming, mode: number): Promise<FileToWrite | undefined> {
    requireSoundMode(attributes.mode)
    const xattrs = this.#xattrs(entry, path, attributes.mode)
    const isRegular = isRegularMode(mode)
    const sizeBytes = isRegular ? entry.sizeBytes : 0
    const symlinkTarget = isRegular ? '' : (entry.symlink ?? '')
    const inFile = isRegular ? this.#inFile(entry) : undefined
    if (inFile === undefined && sizeBytes > SMALL_CONTENT_BYTES) {
      const checksum = await this.#writeLarge({ ...attributes, xattrs, symlinkTarget }, entry)
      await parent.replaceFile(name, checksum)
      return undefined
    }
    const bytes = sizeBytes === 0 || inFile !== undefined ? NO_CONTENT : await this.#readSmall(entry)
    await requireFree(parent, name)
    const { uid, gid } = attributes
    const source = inFile ?? { bytes, symlinkTarget }
    return {
      source,
      uid,
      gid,
      mode: attributes.mode,
      sizeBytes,
      xattrs,
      label: null,
      known: null,
      changed: true,
      afterwards: 'keep',
    }
  }

  /** What fails here is an earlier file more often than this one, and says so itself; only want of space does not. */
  async #enqueue(file: FileToWrite, { parent, name, path }: Incoming): Promise<void> {
    try {
      await this.#queue.add(file, parent, name)
    } catch (error) {
      throw isOstreeError(error, 'NO_SPACE_RESERVED') ? inArchive(HANDLE_FILE, inArchive(IMPORT_FILE, error)) : error
    }
    this.#pending.add(`/${path}`)
  }

  /** Where the pool finds the entry's bytes itself; never where the archive ends before they do. */
  #inFile({ offset, sizeBytes }: ArchiveEntry): ArchivedContent | undefined {
    const { plainFile } = this.#options
    if (plainFile === undefined || offset === undefined || sizeBytes === 0) return undefined
    return offset + sizeBytes <= plainFile.sizeBytes ? { archive: plainFile.path, offset } : undefined
  }

  async #readSmall(entry: ArchiveEntry): Promise<Uint8Array> {
    const bytes = new Uint8Array(entry.sizeBytes)
    let filled = 0
    try {
      for await (const piece of entry.content) {
        bytes.set(piece, filled)
        filled += piece.length
      }
    } catch (error) {
      throw prefixed(error, 'Writing content object')
    }
    return bytes
  }

  async #writeLarge(info: FileInfo, { sizeBytes, content }: ArchiveEntry): Promise<Checksum> {
    const transaction = this.#transaction
    await this.#reserve(sizeBytes)
    const { checksum, existed, storedBytes, unpackedBytes } = await writeContent(transaction.store, info, content)
    transaction.countContent({ existed, unpackedBytes: sizeBytes })
    transaction.sizes?.note('file', checksum, { archived: storedBytes, unpacked: unpackedBytes })
    return checksum
  }

  /** Files on their way may turn out to be there, which gives their space back. */
  async #reserve(sizeBytes: number): Promise<void> {
    try {
      this.#transaction.space.reserve(sizeBytes)
    } catch (error) {
      if (!isOstreeError(error, 'NO_SPACE_RESERVED')) throw error
      await this.#settle()
      this.#transaction.reserveSpace(sizeBytes)
    }
  }

  /** All names of one file: the first of them that came with data gives it to all. */
  async #link(target: string, links: readonly DeferredLink[]): Promise<void> {
    const payload = links.find(({ sizeBytes }) => sizeBytes > 0)
    if (payload !== undefined) {
      await within('Failed importing hardlink', async () => {
        const checksum = await fileOf(payload.parent, payload.name, target)
        await (await this.#root.walk(splitPath(target))).replaceFile(baseName(target), checksum)
      })
    }
    const checksum = await within('Failed to find object', async () =>
      fileOf(await this.#root.walk(splitPath(target)), baseName(target), target),
    )
    for (const link of links) {
      if (link === payload) continue
      await within('Failed to replace file', () => link.parent.replaceFile(link.name, checksum))
    }
  }

  async #setMetadata(tree: MutableTree, attributes: EntryAttributes, xattrs: Xattrs): Promise<void> {
    const { uid, gid, mode } = attributes
    requireSoundMode(mode)
    tree.setMetadataChecksum(
      await this.#transaction.writeMetadata('dirmeta', encodeDirmeta({ uid, gid, mode, xattrs })),
    )
  }

  /** The entry's own, unless they are not wanted, then the label, which does not replace one of the archive. */
  #xattrs({ xattrs }: ArchiveEntry, path: string, mode: number): Xattrs {
    const skip = this.#modifier.skipXattrs === true || this.#transaction.repo.mode === 'bare-user-only'
    const own = skip ? [] : xattrs.map(([name, value]) => ({ name, value }))
    const all = [...own, ...this.#label(`/${path}`, mode)]
    if (this.#transaction.repo.mode === 'bare') requireDistinct(all)
    return canonicalXattrs(all)
  }

  #label(path: string, mode: number): Xattrs {
    const label = this.#modifier.labels?.label(path, mode) ?? null
    return label === null ? [] : [{ name: SELINUX_XATTR, value: encodeUtf8(`${label}\0`) }]
  }

  /** Whatever takes the place of a file, or looks at it, has to wait until it is there. */
  async #settleIfPending(path: string): Promise<void> {
    if (this.#pending.has(path)) await this.#settle()
  }

  async #settle(): Promise<void> {
    await this.#queue.settle()
    this.#pending.clear()
  }
}

async function fileOf(parent: MutableTree, name: string, target: string) {
  const found = await parent.lookup(name)
  if ('file' in found) return found.file
  return fail(`Expected hardlink file target at "${target}" but found a directory`)
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** The reference stores files of any mode, and its fsck then finds them corrupt. */
function requireSoundMode(mode: number): void {
  if ((mode & ~(MODE.typeMask | MODE.permissions)) !== 0) fail(`Invalid mode ${mode >>> 0}; invalid bits in mode`)
}

/** A name may be there twice, but not on a file system: the object would not hash to its name when it is read. */
function requireDistinct(xattrs: Xattrs): void {
  const names = new Set<string>()
  for (const { name } of xattrs) {
    const text = new TextDecoder().decode(name)
    if (names.has(text)) fail(`Extended attribute ${text} is there twice, which a bare repository cannot hold`)
    names.add(text)
  }
}

/** Fails now as `replaceFile` would once the file is written. */
async function requireFree(parent: MutableTree, name: string): Promise<void> {
  validateFileName(name)
  if ((await parent.directories()).has(name)) fail(`Can't replace directory with file: ${name}`)
}

const inArchive = (what: string, error: unknown): unknown => prefixed(error, `ostree-tar: ${what}`)

const prefixing = <T>(what: string, work: () => Promise<T>): Promise<T> => within(`ostree-tar: ${what}`, work)

async function within<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw prefixed(error, what)
  }
}

function fail(reason: string): never {
  throw new OstreeError('FAILED', { reason })
}
