// What a commit may change about the entries it takes in: leave some out, set owners and modes, drop or relabel
// attributes. Facts: spec/repository.md#commit

import { compareBytes } from '../../bytes/compare.ts'
import { encodeUtf8 } from '../../bytes/utf8.ts'
import { isDirectoryMode, isRegularMode, MODE } from '../../objects/file-mode.ts'
import type { Xattrs } from '../../objects/xattrs.ts'
import type { Repo } from '../repo.ts'

/** Owner and mode of a file, symbolic link or directory. */
export interface EntryAttributes {
  readonly uid: number
  readonly gid: number
  /** The whole mode, type bits included. */
  readonly mode: number
}

export interface CommitModifier {
  /**
   * Called with each entry's path, which starts with a slash: twice for a directory below the root (once when it is met,
   * once when it is entered; the second answer counts), once for everything else. `null` leaves the entry out.
   */
  readonly filter?: (path: string, entry: EntryAttributes) => EntryAttributes | null
  /** Owner root, no permission beyond 0755, no attributes: as bare-user-only has it. */
  readonly canonicalPermissions?: boolean
  readonly skipXattrs?: boolean
  /** Directories are emptied and deleted as they are read. */
  readonly consume?: boolean
  /** A file that is a link to an object is taken for it, unread and unfiltered. */
  readonly devinoCanonical?: boolean
  /** Note the sizes of objects in {@link Transaction.sizes}. Archive repositories only; ignored elsewhere. */
  readonly generateSizes?: boolean
  /** Where SELinux labels come from. */
  readonly labels?: LabelSource | null
  /** Label `/usr/etc` as `/etc` (labeling epoch 1). Tar files do not know this. */
  readonly labelUsrEtcAsEtc?: boolean
}

export interface LabelSource {
  /** @param mode - The whole mode. Answers `null` where the policy has no label. */
  label(path: string, mode: number): string | null
}

export const NO_MODIFIER: CommitModifier = {}

/** An entry's attributes as they are to be stored, or `null` for one that is left out. */
export function applyModifier(
  repo: Repo,
  modifier: CommitModifier,
  path: string,
  { uid, gid, mode }: EntryAttributes,
): EntryAttributes | null {
  const entry: EntryAttributes = { uid, gid, mode }
  const filtered = modifier.filter === undefined ? entry : modifier.filter(path, entry)
  if (filtered === null || !hasCanonicalPermissions(repo, modifier)) return filtered
  const mask = MODE.typeMask | 0o755
  return {
    uid: 0,
    gid: 0,
    mode: isRegularMode(mode) || isDirectoryMode(mode) ? filtered.mode & mask : filtered.mode,
  }
}

export function hasCanonicalPermissions(repo: Repo, modifier: CommitModifier): boolean {
  return modifier.canonicalPermissions === true || repo.mode === 'bare-user-only'
}

/** True where the attributes of what is committed are not looked at. */
export function skipsXattrs(repo: Repo, modifier: CommitModifier): boolean {
  return modifier.skipXattrs === true || hasCanonicalPermissions(repo, modifier) || repo.config.disableXattrs
}

/** The label for an entry of a directory or commit; `null` leaves what is there. */
export function labelFor(modifier: CommitModifier, path: string, mode: number): string | null {
  const { labels = null } = modifier
  if (labels === null) return null
  const inUsrEtc = path === '/usr/etc' || path.startsWith('/usr/etc/')
  return labels.label(modifier.labelUsrEtcAsEtc === true && inUsrEtc ? path.slice('/usr'.length) : path, mode)
}

const SELINUX_XATTR = encodeUtf8('security.selinux')

/** The same attributes with another SELinux label, which comes last; `null` leaves them as they are. */
export function relabel(xattrs: Xattrs, label: string | null): Xattrs {
  if (label === null) return xattrs
  const others = xattrs.filter(({ name }) => compareBytes(name, SELINUX_XATTR) !== 0)
  return [...others, { name: SELINUX_XATTR, value: encodeUtf8(`${label}\0`) }]
}
