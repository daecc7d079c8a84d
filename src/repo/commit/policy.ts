// SELinux policies that a commit labels its files by: of a root on the host, or of a commit.
// Facts: spec/repository.md#commit

import { isOstreeError, OstreeError, prefixed } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Platform } from '../../platform/types.ts'
import { loadSelinuxPolicy, type PolicyFiles, policyFilesAt } from '../../selinux/policy.ts'
import { resolveRev } from '../refs/resolve-rev.ts'
import type { Repo } from '../repo.ts'
import { collect } from '../store/content.ts'
import { loadFile, readDirtree } from '../store/read-object.ts'
import { isPathNotFound, resolveTreePath, type TreeEntry } from '../trees/tree-path.ts'
import type { LabelSource } from './modifier.ts'

/** The policy of the root file system at `path`; `null` where none is in force there. */
export async function policyOfDirectory(platform: Platform, path: string): Promise<LabelSource | null> {
  const stat = await platform.fs.tryStat(path)
  if (stat?.kind !== 'directory') {
    throw new OstreeError('IO', { errno: stat === undefined ? 'ENOENT' : 'ENOTDIR', call: 'opendir', path })
  }
  return loadSelinuxPolicy(policyFilesAt(platform, path), platform.sha256Once)
}

/** The policy in a commit's `/usr/etc`; `null` where none is in force there. */
export async function policyOfCommit(repo: Repo, rev: string): Promise<LabelSource | null> {
  try {
    return await loadSelinuxPolicy(policyFilesOf(repo, await resolveRev(repo, rev)), repo.platform.sha256Once)
  } catch (error) {
    throw prefixed(error, 'setting sepolicy from commit')
  }
}

const POLICY_FOLDER = 'usr/etc/selinux'

function policyFilesOf(repo: Repo, commit: Checksum): PolicyFiles {
  const find = async (path: string): Promise<TreeEntry | undefined> => {
    // Nothing else counts: the reference takes this folder alone out of the commit.
    if (path !== POLICY_FOLDER && !path.startsWith(`${POLICY_FOLDER}/`)) return undefined
    try {
      return await resolveTreePath(repo, commit, path, { followSymlinks: true })
    } catch (error) {
      if (isPathNotFound(error) || isOstreeError(error, 'FAILED')) return undefined
      throw error
    }
  }
  return {
    root: '',
    async readFile(path) {
      const entry = await find(path)
      return entry?.kind === 'file' ? collect(await (await loadFile(repo.store, entry.checksum)).content()) : undefined
    },
    async listFiles(path) {
      const entry = await find(path)
      if (entry?.kind !== 'directory') return undefined
      return (await readDirtree(repo.store, entry.treeChecksum)).files.map(({ name }) => name)
    },
  }
}
