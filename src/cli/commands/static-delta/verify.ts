// `ostree static-delta verify`.

import { readSuperblock } from '../../../deltas/read-superblock.ts'
import { unwrapDelta } from '../../../deltas/signed-delta.ts'
import { verifyDelta } from '../../../deltas/verify-delta.ts'
import type { Platform } from '../../../platform/types.ts'
import { defineCommand } from '../../command.ts'
import { deltaFilePath, requiredDelta } from '../../delta-argument.ts'
import { DELTA_KEY_OPTIONS, deltaKeyKind, deltaVerifier } from '../../delta-keys.ts'
import type { ValuesOf } from '../../options.ts'
import type { Output } from '../../output.ts'

export const command = defineCommand({
  name: 'verify',
  summary: 'Verify static delta signatures',
  parameters: 'STATIC-DELTA-FILE [KEY-ID...]',
  options: DELTA_KEY_OPTIONS,
  async run({ repo, platform, session, options, args, out }) {
    const delta = requiredDelta(args)
    const verifier = await deltaVerifier(platform, knownKind(platform, options, out), options, args.slice(1))
    try {
      const file = await readSuperblock(repo, delta, deltaFilePath(session, repo, delta))
      await verifyDelta(unwrapDelta(file), verifier)
    } catch (error) {
      out.line('Verification fails')
      throw error
    }
    out.line('Verification OK')
  },
})

function knownKind(platform: Platform, options: ValuesOf<typeof DELTA_KEY_OPTIONS>, out: Output) {
  try {
    return deltaKeyKind(platform, options)
  } catch (error) {
    out.line('Sign-type not supported')
    throw error
  }
}
