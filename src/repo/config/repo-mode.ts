// Repository modes: how content objects lie on disk. Facts: spec/repository.md#modes

import { OstreeError } from '../../errors.ts'

/** `mode=` in a repository's config; `archive-z2` is what an archive writes there. */
export const REPO_MODES = ['bare', 'bare-user', 'bare-user-only', 'archive', 'bare-split-xattrs'] as const
export type RepoMode = (typeof REPO_MODES)[number]

/** @throws {@link OstreeError} `INVALID_ARGUMENT` */
export function parseRepoMode(text: string): RepoMode {
  if (text === 'archive-z2') return 'archive'
  const mode = REPO_MODES.find((known) => known === text)
  if (mode === undefined) {
    throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid mode '${text}' in repository configuration` })
  }
  return mode
}

/** The spelling that a new config gets. */
export const formatRepoMode = (mode: RepoMode): string => (mode === 'archive' ? 'archive-z2' : mode)

/** Content is kept as plain files rather than deflated. */
export const isBare = (mode: RepoMode): boolean => mode !== 'archive'
