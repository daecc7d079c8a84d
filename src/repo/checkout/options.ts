// What a checkout can be asked for, and what of it each file needs to know. Facts: spec/repository.md#checkout

import type { Checksum } from '../../objects/checksum.ts'
import type { OperationOptions } from '../../operation.ts'
import type { RepoMode } from '../config/repo-mode.ts'
import type { StoreOptions } from '../store/loose-store.ts'

/** `user` leaves owners and extended attributes alone and sets no set-id bits on files. */
export type CheckoutMode = 'none' | 'user'

/**
 * What happens to what is there already. `none`: that is an error. `union-files`: directories stay, files are replaced.
 * `add-files`: directories and files stay. `union-identical`: both stay, but a file must be the same one.
 */
export type OverwriteMode = 'none' | 'union-files' | 'add-files' | 'union-identical'

/** True where an object's file is, inode and all, what a checkout wants. */
export function isLinkable(repo: RepoMode, mode: CheckoutMode): boolean {
  return mode === 'user' ? repo === 'bare-user' || repo === 'bare-user-only' : repo === 'bare'
}

export interface CheckoutProgress {
  /** Files and symbolic links placed so far. */
  readonly files: number
  readonly directories: number
}

export interface CheckoutOptions extends OperationOptions<CheckoutProgress> {
  /** Default `none`; out of a bare-user-only repository always `user`. */
  readonly mode?: CheckoutMode
  /** Default `none`. */
  readonly overwrite?: OverwriteMode
  /** A directory of the commit, or one file, which then appears inside the destination. Default: everything. */
  readonly subpath?: string
  /** Never link to the repository's objects (extents may still be shared). Directories then keep the present as mtime. */
  readonly forceCopy?: boolean
  /** Fail rather than copy; files without bytes are copied all the same. */
  readonly requireHardlinks?: boolean
  /** `.wh.NAME` deletes NAME, `.wh..wh..opq` empties its directory first, as container layers have it. */
  readonly whiteouts?: boolean
  /** `.ostree-wh.NAME` becomes the character device 0:0 that overlayfs takes for a deleted NAME. */
  readonly passthroughWhiteouts?: boolean
  /** No permissions beyond 0775 on directories; always so out of a bare-user-only repository. */
  readonly bareUserOnlyDirs?: boolean
  /** In user mode out of an archive: link to inflated objects, which the repository keeps for the next time. */
  readonly uncompressedCache?: boolean
  /**
   * `false` leaves an entry out, a directory with all that is in it. Paths start at the checked out directory: `/`,
   * `/usr/` for a directory, `/usr/file`.
   */
  readonly filter?: (path: string) => boolean
  /** Sets `security.selinux` on what is made; needs `forceCopy`. */
  readonly labels?: CheckoutLabels
  /** Filled with each file that was linked, by device and inode ({@link FileSystem.devino}), for a later commit. */
  readonly devinoCache?: Map<string, Checksum>
  /** Flush each file and directory to the disk. Default `false`. */
  readonly fsync?: boolean
  /** Flush what comes into the uncompressed cache. Default: as the repository is configured. */
  readonly fsyncCache?: boolean
}

export interface CheckoutLabels {
  /** @param mode - The whole mode. `null` where the policy has no label. */
  label(path: string, mode: number): string | null
  /** Stands before every path that is looked up. Default: the subpath. */
  readonly prefix?: string | undefined
}

/** What placing a file depends on: plain data, so that other threads can do it. */
export interface PlacementOptions {
  readonly store: StoreOptions
  readonly mode: CheckoutMode
  readonly overwrite: OverwriteMode
  readonly forceCopy: boolean
  readonly requireHardlinks: boolean
  readonly whiteouts: boolean
  readonly passthroughWhiteouts: boolean
  readonly uncompressedCache: boolean
  readonly fsync: boolean
}

/** A directory of the destination that files are placed in. */
export interface TargetDirectory {
  readonly path: string
  /** It was there before, so that other files may be in it and other processes may see it. */
  readonly existed: boolean
  /** A directory above it, or itself, on the same file system, where files can be prepared. */
  readonly scratchParent: string
}

export interface FileToPlace {
  readonly name: string
  readonly checksum: Checksum
  /** What its label is looked up by; only used in this thread. */
  readonly labelPath?: string
}
