// The delta that a `static-delta` command is about: its name, or the path of its superblock, which has a slash in it.

import { OstreeError } from '../errors.ts'
import type { Repo } from '../repo/repo.ts'
import { deltaPath, parseDeltaName } from '../repo/summary/static-delta-names.ts'
import type { Session } from './command.ts'
import { absolutePath } from './target.ts'

export function requiredDelta([delta]: readonly string[]): string {
  if (delta === undefined) throw new OstreeError('FAILED', { reason: 'DELTA must be specified' })
  return delta
}

/** Where its superblock lies. @throws {@link OstreeError} `INVALID_CHECKSUM` */
export function deltaFilePath(session: Session, repo: Repo, delta: string): string {
  return delta.includes('/') ? absolutePath(session, delta) : `${deltaPath(repo, parseDeltaName(delta))}/superblock`
}
