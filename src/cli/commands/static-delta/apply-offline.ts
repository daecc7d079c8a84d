// `ostree static-delta apply-offline`.

import { applyDelta } from '../../../deltas/apply-delta.ts'
import { OstreeError } from '../../../errors.ts'
import { defineCommand } from '../../command.ts'
import { ED25519_ONLY, string } from '../../options.ts'
import { absolutePath, requireWritable } from '../../target.ts'

export const command = defineCommand({
  name: 'apply-offline',
  summary: 'Apply static delta file',
  options: {
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')"),
    'keys-file': string('NAME', 'Read key(s) from file', ED25519_ONLY),
    'keys-dir': string(
      'NAME',
      'Redefine system-wide directories with public and revoked keys for verification',
      ED25519_ONLY,
    ),
  },
  async run({ repo, session, args, signal }) {
    requireWritable(repo)
    const [path] = args
    if (path === undefined) throw new OstreeError('FAILED', { reason: 'PATH must be specified' })
    await applyDelta(repo, absolutePath(session, path), { signal })
  },
})
