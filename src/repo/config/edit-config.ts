// Changing a repository's config file: on a copy, checked as a whole, put in place in one step.
// Facts: spec/repository.md#config

import { encodeUtf8 } from '../../bytes/utf8.ts'
import { OstreeError } from '../../errors.ts'
import { KeyFile } from '../../keyfile/key-file.ts'
import { replaceFile } from '../replace-file.ts'
import type { Repo } from '../repo.ts'
import { parseRemotes, parseRepoConfig } from './config.ts'

/**
 * Runs `change` on a copy of the config, writes the outcome, and then changes the handle's file likewise. What the
 * handle has made of the file when it was opened (`repo.config`, `repo.remotes`) stays.
 * @param options.validate - Refuse what `openRepo` would refuse. Default `false`.
 * @throws {@link OstreeError} `FAILED`: a remote of the new config has a file of its own already.
 */
export async function editConfig(
  repo: Repo,
  change: (config: KeyFile) => void,
  options: { readonly validate?: boolean } = {},
): Promise<void> {
  const config = KeyFile.parse(repo.configFile.toText())
  change(config)
  if (options.validate === true) parseRepoConfig(config)
  for (const { name } of parseRemotes(config, null)) {
    const file = repo.remotes.get(name)?.file ?? null
    if (file === null) continue
    throw new OstreeError('FAILED', { reason: `Remote "${name}" already defined in ${file}` })
  }
  const path = `${repo.path}/config`
  const { mode } = await repo.platform.fs.lstat(path)
  await replaceFile(repo, path, encodeUtf8(config.toText()), mode & 0o7777)
  change(repo.configFile)
}
