// OpenPGP signatures and keys as the commands print them.

import { hostTimeZone } from '../dates/host-time.ts'
import type { Platform } from '../platform/types.ts'
import type { GpgSignature } from '../sign/openpgp/verify.ts'
import type { Output } from './output.ts'

/** `Found 1 signature:`, then a paragraph for each. */
export async function printGpgSignatures(
  platform: Platform,
  out: Output,
  signatures: readonly GpgSignature[],
): Promise<void> {
  const { describeSignature } = await import('../sign/openpgp/describe.ts')
  const zone = await hostTimeZone(platform)
  out.line(`Found ${signatures.length} signature${signatures.length === 1 ? '' : 's'}:`)
  for (const signature of signatures) {
    out.line('')
    for (const line of describeSignature(signature, zone)) out.line(`  ${line}`)
  }
}
