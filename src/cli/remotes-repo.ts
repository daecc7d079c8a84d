// `remote add` and `remote delete` find their repository by options of their own.

import type { Platform } from '../platform/types.ts'
import type { Repo } from '../repo/repo.ts'
import { comingLater } from './coming-later.ts'
import type { Session } from './command.ts'
import { filename } from './options.ts'
import { openRepoOption } from './target.ts'

export const REMOTES_REPO_OPTIONS = {
  repo: filename('PATH', 'Path to OSTree repository (defaults to /sysroot/ostree/repo)'),
  sysroot: filename('PATH', 'Use sysroot at PATH (overrides --repo)'),
}

export async function openRemotesRepo(invocation: {
  readonly session: Session
  readonly platform: Platform
  readonly options: { readonly repo: string | undefined; readonly sysroot: string | undefined }
  help(): string
}): Promise<Repo> {
  if (invocation.options.sysroot !== undefined) comingLater("'--sysroot'")
  return openRepoOption(invocation)
}
