// Whose keys vouch for a collection's commits, wherever they come from. Facts: spec/pull.md#finding

import type { RemoteConfig } from '../../repo/config/config.ts'
import { listRemotes } from '../../repo/config/remotes.ts'
import type { Repo } from '../../repo/repo.ts'
import { remoteKeyringName } from '../../repo/trust/gpg-keyrings.ts'

/** A configured remote, the parents' included. */
export function configuredRemote(repo: Repo, name: string): RemoteConfig | undefined {
  for (let current: Repo | null = repo; current !== null; current = current.parent) {
    const remote = current.remotes.get(name)
    if (remote !== undefined) return remote
  }
  return undefined
}

/** The first remote, in byte order of the names, that is configured for the collection. */
export function keyringRemoteOf(repo: Repo, collectionId: string): RemoteConfig | undefined {
  for (const name of listRemotes(repo)) {
    const remote = configuredRemote(repo, name)
    if (remote?.options.get('collection-id') === collectionId) return remote
  }
  return undefined
}

export const keyringOf = ({ name }: RemoteConfig): string => remoteKeyringName(name)
