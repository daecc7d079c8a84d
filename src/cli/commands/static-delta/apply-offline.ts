// `ostree static-delta apply-offline`.

import { applyDelta } from '../../../deltas/apply-delta.ts'
import { isOstreeError, OstreeError } from '../../../errors.ts'
import type { Platform } from '../../../platform/types.ts'
import type { KeyVerifier } from '../../../sign/key-verifier.ts'
import { defineCommand } from '../../command.ts'
import { DELTA_KEY_OPTIONS, deltaKeyKind, deltaVerifier } from '../../delta-keys.ts'
import type { ValuesOf } from '../../options.ts'
import { absolutePath, requireWritable } from '../../target.ts'

export const command = defineCommand({
  name: 'apply-offline',
  summary: 'Apply static delta file',
  options: DELTA_KEY_OPTIONS,
  async run({ repo, platform, session, options, args, signal }) {
    requireWritable(repo)
    const [path, ...keys] = args
    if (path === undefined) throw new OstreeError('FAILED', { reason: 'PATH must be specified' })
    const verifier = await verifierIfAny(platform, options, keys)
    await applyDelta(repo, absolutePath(session, path), { verifier, signal })
  },
})

/** Without a word about keys, and without keys of the system, signatures are not looked at. */
async function verifierIfAny(
  platform: Platform,
  options: ValuesOf<typeof DELTA_KEY_OPTIONS>,
  keys: readonly string[],
): Promise<KeyVerifier | undefined> {
  const kind = deltaKeyKind(platform, options)
  try {
    return await deltaVerifier(platform, kind, options, keys)
  } catch (error) {
    const asked = keys.length > 0 || options['keys-file'] !== undefined || options['keys-dir'] !== undefined
    if (asked || !isOstreeError(error)) throw error
    return undefined
  }
}
