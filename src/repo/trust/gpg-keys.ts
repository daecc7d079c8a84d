// The OpenPGP keys that a remote trusts: taking in more of them, and listing them. Facts: spec/signatures.md#keyrings

import { OstreeError, prefixed } from '../../errors.ts'
import type { Certificate } from '../../sign/openpgp/certificate.ts'
import type { KeyBlock } from '../../sign/openpgp/key-block.ts'
import { remoteOption } from '../config/remotes.ts'
import { replaceFile } from '../replace-file.ts'
import type { Repo } from '../repo.ts'
import { openKeyring, remoteKeyringName } from './gpg-keyrings.ts'

export interface ImportGpgKeysOptions {
  /** Imports only the keys of these names. Default: all. */
  readonly keyNames?: readonly string[]
}

/**
 * Adds keys to a remote's keyring, or what is new about those that are there.
 * @param source - A keyring, or armored keys.
 * @returns How many keys were not there before.
 * @throws {@link OstreeError} `FAILED`
 */
export async function importGpgKeys(
  repo: Repo,
  remote: string,
  source: Uint8Array,
  options: ImportGpgKeysOptions = {},
): Promise<number> {
  try {
    remoteOption(repo, remote, 'gpgkeypath') // fails where there is no such remote
    const { importKeys, readKeys } = await import('../../sign/openpgp/import-keys.ts')
    const { readKeyring } = await import('../../sign/openpgp/key-block.ts')
    const { writeKeyring } = await import('../../sign/openpgp/write-keyring.ts')
    const nowSeconds = Math.floor(Date.now() / 1000)
    const { blocks: offered } = await importKeys([], await readKeys(source), nowSeconds)
    const selected = await select(offered, options.keyNames ?? [])
    if (selected.length === 0) throw failed('Unable to export keys: GPGME: No data')
    const path = `${repo.path}/${remoteKeyringName(remote)}`
    const existing = await repo.platform.fs.tryReadFile(path)
    const known = existing === undefined ? [] : await readKeyring(existing)
    const { blocks, imported } = await importKeys(known, selected, nowSeconds)
    await replaceFile(repo, path, writeKeyring(blocks))
    return imported
  } catch (error) {
    throw prefixed(error, 'GPG')
  }
}

async function select(blocks: readonly KeyBlock[], names: readonly string[]): Promise<readonly KeyBlock[]> {
  if (names.length === 0) return blocks
  const { oneKey } = await import('../../sign/openpgp/find-keys.ts')
  return names.map((name) => {
    const found = oneKey(blocks, name)
    if (typeof found === 'string') throw failed(`Unable to find key "${name}": GPGME: ${found}`)
    return found
  })
}

/** The keys of a remote, or with `null` those of the system. */
export async function listGpgKeys(repo: Repo, remote: string | null): Promise<Certificate[]> {
  const { certify } = await import('../../sign/openpgp/certificate.ts')
  const { findBlock, keyIn } = await import('../../sign/openpgp/key-block.ts')
  const { blocks } = await openKeyring(repo, { remote, system: remote === null })
  const nowSeconds = Math.floor(Date.now() / 1000)
  const findKey = (fingerprint: string) => {
    const block = findBlock(blocks, fingerprint)
    return block && keyIn(block, fingerprint)
  }
  return Promise.all(blocks.map((block) => certify(block, { nowSeconds, findKey })))
}

function failed(reason: string): OstreeError {
  return new OstreeError('FAILED', { reason })
}
