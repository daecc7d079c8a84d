// Signing by the user's own `gpg`, with the keys in a GnuPG home, as GPGME does it for the reference.

import { tryDecodeUtf8 } from '../../bytes/utf8.ts'
import { isIoError, OstreeError } from '../../errors.ts'
import type { Platform, ProcessAccess, ProcessOutput } from '../../platform/types.ts'
import { SHORTEST_KEY_NAME } from '../openpgp/find-keys.ts'
import { GPG_SIGNATURES_KEY } from '../openpgp/signatures-key.ts'
import type { Signer } from '../types.ts'
import { errorWords, failureOf } from './status.ts'

export interface GnupgOptions {
  /** Default: the one that `gpg` has by itself. */
  readonly homedir?: string | undefined
}

/** @param keyName - A key id, a fingerprint, or a part of a user id. */
export function gnupgSigner(platform: Platform, keyName: string, options: GnupgOptions = {}): Signer {
  return {
    metadataKey: GPG_SIGNATURES_KEY,
    async sign(data) {
      const gpg = new Gnupg(requireProcesses(platform), options)
      return gpg.sign(data, await gpg.secretKey(keyName))
    },
  }
}

function requireProcesses({ processes }: Platform): ProcessAccess {
  if (processes !== undefined) return processes
  const hint = 'sign with an exported key (openpgpSigner) where no programs can be run'
  throw new OstreeError('UNSUPPORTED', { feature: 'signing by gpg', hint })
}

class Gnupg {
  readonly #processes: ProcessAccess
  readonly #options: GnupgOptions
  constructor(processes: ProcessAccess, options: GnupgOptions) {
    this.#processes = processes
    this.#options = options
  }

  /** The fingerprint of the one secret key of that name. */
  async secretKey(keyName: string): Promise<string> {
    const { homedir } = this.#options
    const place = `(homedir: ${homedir ?? '<default>'})`
    if (keyName.length < SHORTEST_KEY_NAME) throw failed(`Unable to lookup key ID ${keyName}: GPGME: Invalid value`)
    const listing = ['--with-colons', '--fixed-list-mode', '--list-secret-keys', '--', keyName]
    const { stdout } = await this.#run(listing, undefined, `Unable to lookup key ID ${keyName}`)
    const [fingerprint, another] = new Set(listedFingerprints(tryDecodeUtf8(stdout) ?? ''))
    if (fingerprint === undefined) throw failed(`No gpg key found with ID ${keyName} ${place}`)
    if (another === undefined) return fingerprint
    throw failed(`gpg key id ${keyName} ambiguous ${place}. Try the fingerprint instead`)
  }

  async sign(data: Uint8Array, fingerprint: string): Promise<Uint8Array> {
    const attempt = 'Failure signing commit file'
    const output = await this.#run(['--detach-sign', '--local-user', fingerprint], data, attempt)
    if (output.code === 0 && output.stdout.length > 0) return output.stdout
    throw failed(`${attempt}: GPGME: ${errorWords(failureOf(output.status))}`)
  }

  async #run(args: readonly string[], stdin: Uint8Array | undefined, attempt: string): Promise<ProcessOutput> {
    const { homedir } = this.#options
    const home = homedir === undefined ? [] : ['--homedir', homedir]
    const common = ['--batch', '--no-tty', '--charset', 'utf8', '--status-fd', String(this.#processes.statusFd)]
    try {
      return await this.#processes.run('gpg', [...common, ...home, ...args], { stdin })
    } catch (error) {
      if (!isIoError(error, 'ENOENT', 'EACCES')) throw error
      throw failed(`${attempt}: GPGME: Invalid crypto engine`, error)
    }
  }
}

/** Of the primary keys only: the first `fpr` record behind each `sec`. */
function* listedFingerprints(listing: string): Generator<string> {
  let behindKey = false
  for (const line of listing.split('\n')) {
    const fields = line.split(':')
    if (fields[0] === 'sec') behindKey = true
    else if (fields[0] === 'fpr' && behindKey && fields[9] !== undefined) {
      behindKey = false
      yield fields[9]
    }
  }
}

function failed(reason: string, cause?: unknown): OstreeError {
  return new OstreeError('FAILED', { reason }, { cause })
}
