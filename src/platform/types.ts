// What the library needs from its host. Everything that is not plain ECMAScript comes in through these interfaces;
// `node/` and `browser/` stand behind them, and a contract suite runs on each.

import type { Awaitable, OperationOptions } from '../operation.ts'

export type FileKind = 'file' | 'directory' | 'symlink' | 'other'

export interface Stat {
  readonly kind: FileKind
  /** The whole `st_mode`, file type bits included. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
  readonly nlink: number
  readonly rdev: number
  readonly mtimeMs: number
}

export interface DirectoryEntry {
  readonly name: string
  readonly kind: FileKind
}

export interface FileHandle {
  /** The descriptor number, for the calls behind `locks` and `xattrs`; `-1` where the host has none. */
  readonly fd: number
  readonly path: string
  /** Reads into `buffer` at the current position (or at `position`); answers the count, 0 at the end. */
  read(buffer: Uint8Array, position?: number): Awaitable<number>
  /** Writes all of `bytes` at the current position, or at `position` without moving it. */
  write(bytes: Uint8Array, position?: number): Awaitable<void>
  stat(): Awaitable<Stat>
  chmod(mode: number): Awaitable<void>
  chown(uid: number, gid: number): Awaitable<void>
  /** `null` leaves the access time about as it is (where it cannot be left alone, it becomes now). */
  utimes(atimeSeconds: number | null, mtimeSeconds: number): Awaitable<void>
  truncate(sizeBytes: number): Awaitable<void>
  /** Never blocks the event loop. */
  sync(): Promise<void>
  close(): Awaitable<void>
}

/**
 * `r` reads, failing with ELOOP on a symbolic link; `r-follow` reads and follows links; `wx` makes a new file for
 * writing, failing with EEXIST; `rw` opens or makes one for both.
 */
export type OpenMode = 'r' | 'r-follow' | 'wx' | 'rw'

/**
 * Path-based files. Failures are `OstreeError` `IO`. The `try…` calls answer `undefined` where nothing is there
 * (ENOENT, ENOTDIR) instead of failing. No call follows a final symbolic link unless it says so. Permissions are 0644
 * for files and 0775 for directories unless given, and the process's umask applies to them. Bytes handed out are plain
 * `Uint8Array`s that nothing else uses.
 */
export interface FileSystem {
  open(path: string, mode: OpenMode, permissions?: number): Awaitable<FileHandle>
  /** Follows links. */
  readFile(path: string): Awaitable<Uint8Array>
  tryReadFile(path: string): Awaitable<Uint8Array | undefined>
  /** Fills `buffer` from the start of a file, as far as there are bytes; answers their count. */
  readStart(path: string, buffer: Uint8Array): Awaitable<number>
  /** Makes or replaces `path` in place; use a temporary name and `rename` where readers may look. */
  writeFile(path: string, bytes: Uint8Array, permissions?: number): Awaitable<void>
  /** A target that is not UTF-8 fails with INVALID_UTF8_NAME. */
  readlink(path: string): Awaitable<string>
  /**
   * Entries in no particular order, without `.` and `..`. A name that is not UTF-8 fails with INVALID_UTF8_NAME.
   * Follows links, so look at an entry's kind before going down into it.
   */
  readDirectory(path: string): Awaitable<readonly DirectoryEntry[]>
  tryReadDirectory(path: string): Awaitable<readonly DirectoryEntry[] | undefined>
  lstat(path: string): Awaitable<Stat>
  tryLstat(path: string): Awaitable<Stat | undefined>
  /** Follows links. */
  tryStat(path: string): Awaitable<Stat | undefined>
  /** Device and inode as one text key, exact for 64-bit inodes. */
  devino(path: string): Awaitable<string>
  /** Makes one directory. */
  mkdir(path: string, permissions?: number): Awaitable<void>
  /** Makes a directory and its missing parents; one that is there already is fine. */
  ensureDirectory(path: string, permissions?: number): Awaitable<void>
  /** Makes a new directory whose name starts with `prefix` and answers its path. */
  makeTemporaryDirectory(prefix: string): Awaitable<string>
  symlink(target: string, path: string): Awaitable<void>
  link(existing: string, path: string): Awaitable<void>
  /** Replaces a file. A directory that is not empty stays: ENOTEMPTY, or EEXIST on some file systems. */
  rename(from: string, to: string): Awaitable<void>
  /** Moves a file or directory to a name that nothing has; where something has it, nothing moves: `false`. */
  renameNew(from: string, to: string): Awaitable<boolean>
  unlink(path: string): Awaitable<void>
  rmdir(path: string): Awaitable<void>
  /** Deletes a file or a whole directory; one that is not there is fine. */
  removeTree(path: string): Awaitable<void>
  /** Follows links (there is no lchmod); call it on what is known not to be one. */
  chmod(path: string, mode: number): Awaitable<void>
  lchown(path: string, uid: number, gid: number): Awaitable<void>
  lutimes(path: string, atimeSeconds: number, mtimeSeconds: number): Awaitable<void>
  /**
   * Copies a regular file's bytes and permissions into a new file, sharing extents where the file system can. A caller
   * who knows about how large it is saves a look.
   */
  copyFile(from: string, to: string, sizeBytes?: number): Awaitable<void>
  /** Shares extents or fails with EOPNOTSUPP, EXDEV, EINVAL or ENOTTY; makes `to`. */
  reflink(from: string, to: string): Awaitable<void>
  /** Makes an overlayfs whiteout: a character device 0:0. */
  makeWhiteout(path: string, permissions: number): Awaitable<void>
  /** Flushes a directory's entries. Never blocks the event loop. */
  syncDirectory(path: string): Promise<void>
  /** Flushes the whole file system that holds `path` (syncfs). Never blocks the event loop. */
  syncFileSystem(path: string): Promise<void>
  /** `null` where the process may write, or else the errno that says why not, such as `EROFS`. */
  writeRefusal(path: string): Awaitable<string | null>
  space(path: string): Awaitable<Space>
}

export interface Space {
  readonly blockSizeBytes: number
  readonly totalBlocks: number
  /** Free blocks, those kept for root included. */
  readonly freeBlocks: number
  /** Blocks free to an unprivileged process. */
  readonly availableBlocks: number
}

/** Extended attributes of one file, in the order the host lists them; names without the closing NUL. */
export type XattrList = readonly (readonly [name: Uint8Array, value: Uint8Array])[]

/** Final symbolic links are not followed. */
export interface XattrAccess {
  /** All attributes; empty where the file system has none (EOPNOTSUPP). */
  read(path: string): Awaitable<XattrList>
  get(path: string, name: string): Awaitable<Uint8Array | undefined>
  set(path: string, name: string | Uint8Array, value: Uint8Array): Awaitable<void>
  remove(path: string, name: string): Awaitable<void>
}

export type LockKind = 'shared' | 'exclusive'

/** Open-file-description locks, which exclude other processes, libostree's included. */
export interface LockAccess {
  /** Takes or converts the lock without waiting; `false` when somebody else holds it. */
  tryLock(handle: FileHandle, kind: LockKind): Awaitable<boolean>
  unlock(handle: FileHandle): Awaitable<void>
}

export interface Hasher {
  update(bytes: Uint8Array): void
  /** The 32 bytes of the SHA-256. The hasher is spent afterwards. */
  digest(): Uint8Array
}

/**
 * Runs batches elsewhere. A job is named; `src/jobs.ts` says what each name does, and `runJob` of `src/repo/job.ts` is
 * the typed way to call `run`. An aborted job rejects with `signal.reason` only after it has stopped touching anything.
 */
export interface WorkerPool {
  /** Threads; 1 means that jobs run in this thread, in slices. */
  readonly size: number
  /**
   * @param input - Plain data that can be cloned to another thread, and so must be the result.
   * @param here - The same job in this thread, for a pool that has no other; one at a time, in the order of the calls.
   *   So a job must not wait for another one.
   */
  run(
    job: string,
    input: unknown,
    here: (options: OperationOptions) => Promise<unknown>,
    options?: OperationOptions,
  ): Promise<unknown>
  close(): Promise<void>
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD'
  /** Absolute, without credentials and fragment. */
  readonly url: string
  readonly headers: HttpHeaders
  /** URL of the proxy to go through; credentials in it count. Default `null`: none. */
  readonly proxy?: string | null
}

/** In the order of the lines; in answers the names are in lower case. */
export type HttpHeaders = readonly (readonly [name: string, value: string])[]

export interface HttpResponse {
  readonly status: number
  readonly headers: HttpHeaders
  /** Where it came from: another than asked for where the host follows redirects by itself, as browsers do. */
  readonly url: string
  /**
   * Ends where the answer does, or throws `NETWORK`. Whoever stops early gives the connection up. Nothing is read ahead
   * beyond a small bound.
   */
  readonly body: AsyncIterable<Uint8Array>
}

export interface HttpClientOptions {
  /** To one server at once. Further requests wait. */
  readonly maxConnections: number
  /** Offer HTTP/2 where the server speaks TLS. */
  readonly http2: boolean
  readonly tls: {
    /** Takes any certificate, but one for another name. */
    readonly permissive: boolean
    /** Files in PEM; `null` for the host's own certificates, or none. */
    readonly caPath: string | null
    readonly clientCertificatePath: string | null
    readonly clientKeyPath: string | null
  }
}

/** Keeps connections alive between requests. Redirects are the caller's, where the host can leave them alone. */
export interface HttpClient {
  /** @throws {@link OstreeError} `NETWORK` when no answer came; one with whatever status is no failure. */
  request(request: HttpRequest, options?: OperationOptions): Promise<HttpResponse>
  /** Drops what is under way. */
  close(): Promise<void>
}

export interface ProcessOptions extends OperationOptions {
  /** Default: nothing. */
  readonly stdin?: Uint8Array | undefined
}

export interface ProcessOutput {
  /** `null` where a signal ended the program. */
  readonly code: number | null
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  /** What was written to the descriptor `statusFd`. */
  readonly status: Uint8Array
}

/** Other programs, found in the path and run without a shell, in this process's environment. */
export interface ProcessAccess {
  /** A descriptor that a program finds open for writing, to be named in its arguments. */
  readonly statusFd: number
  /** Ends when the program has. A program that cannot be started fails with `IO`, `ENOENT` where there is none. */
  run(program: string, args: readonly string[], options?: ProcessOptions): Promise<ProcessOutput>
}

export interface Platform {
  readonly fs: FileSystem
  /** `null` where the host has no extended attributes. Code that needs them fails; it never skips them. */
  readonly xattrs: XattrAccess | null
  /** `null` where the host cannot lock; code then fails rather than write unlocked. */
  readonly locks: LockAccess | null
  /** Left out by hosts that cannot run programs. */
  readonly processes?: ProcessAccess
  readonly pool: WorkerPool
  /** Effective ids of the process; 0 where the host has none. */
  readonly uid: number
  readonly gid: number
  /** Identifies the running boot, so that temporary files of an earlier one are known to be dead. */
  bootId(): Awaitable<string>
  environment(name: string): string | undefined
  randomBytes(count: number): Uint8Array
  /** SHA-256 of one piece. */
  sha256Once(bytes: Uint8Array): Uint8Array
  /** Incremental: a content object may not fit in memory. */
  sha256(): Hasher
  /** Raw deflate, no zlib header: the body of a `.filez` object. `maxBytes` bounds the result. */
  inflateRawOnce(bytes: Uint8Array, maxBytes: number): Uint8Array
  deflateRawOnce(bytes: Uint8Array, level: number): Uint8Array
  inflateRaw(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  /** A stream of gzip members, checksums verified; hosts without one leave it out, and a portable decoder serves. */
  gunzip?(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array>
  /** One Zstandard frame, its checksum verified. Left out by hosts that cannot; a slower portable decoder serves. */
  readonly unzstdFrame?: ((source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined
  /**
   * A decoder of xz streams that is faster than the portable one; `undefined` where it cannot be loaded. It fails with
   * `INVALID_ARCHIVE`. What follows the stream is not looked at.
   */
  xzDecoder?(): Promise<((source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined>
  /**
   * An encoder of xz streams with liblzma's levels, on this thread, in slices; `undefined` where it cannot be loaded. Asks
   * for a piece of `source` only when the one before is used up.
   */
  xzEncoder?(): Promise<((source: AsyncIterable<Uint8Array>, level: number) => AsyncIterable<Uint8Array>) | undefined>
  /** Asks for a piece of `source` only when the one before is used up, so that all may lie in the same array. */
  deflateRaw(source: AsyncIterable<Uint8Array>, level: number): AsyncIterable<Uint8Array>
  /** Left out by hosts without a network. */
  http?(options: HttpClientOptions): Awaitable<HttpClient>
  /** Lets timers and I/O run. Cheap to call often: it only pauses when the last pause was more than 10 ms ago. */
  breathe(): Awaitable<void>
  /** Lends an array of 1 MiB while `use` runs; nobody may keep it, or a view of it, longer than that. */
  withBuffer<T>(use: (buffer: Uint8Array) => Promise<T>): Promise<T>
}
