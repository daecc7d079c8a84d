// `ostree remote summary`.

import { hostTimeZone } from '../../../dates/host-time.ts'
import { OstreeError } from '../../../errors.ts'
import { SUMMARY } from '../../../objects/summary.ts'
import { readRemoteSummary } from '../../../pull/remote-summary.ts'
import { remoteBooleanOption } from '../../../repo/config/remotes.ts'
import { decodeSignatureFile, signaturesIn } from '../../../repo/trust/detached-metadata.ts'
import { openKeyring } from '../../../repo/trust/gpg-keyrings.ts'
import { gpgSignatures } from '../../../repo/trust/gpg-verifier.ts'
import { GPG_SIGNATURES_KEY } from '../../../sign/openpgp/signatures-key.ts'
import { cacheDirOption } from '../../cache-dir.ts'
import { defineCommand } from '../../command.ts'
import { printGpgVerification } from '../../gpg-text.ts'
import { filename, flag, string } from '../../options.ts'
import { summaryMetadataKeys, summaryMetadataText } from '../../summary-metadata.ts'
import { summaryLines } from '../../summary-text.ts'
import { rawText } from '../../variant-text.ts'

export const command = defineCommand({
  name: 'summary',
  summary: 'Show remote summary',
  parameters: 'NAME',
  options: {
    'list-metadata-keys': flag('List the available metadata keys'),
    'print-metadata-key': string('KEY', 'Print string value of metadata key'),
    'cache-dir': filename(undefined, 'Use custom cache dir'),
    raw: flag('Show raw variant data'),
  },
  examples: [{ does: 'What a remote says of itself', line: 'remote summary --repo=repo origin' }],
  async run({ repo, platform, options, args, out, signal, usageError }) {
    const [name] = args
    if (name === undefined) throw usageError('NAME must be specified')
    const cache = await cacheDirOption(platform, options['cache-dir'])
    const { summaryBytes, signatureBytes } = await readRemoteSummary(repo, name, { ...cache, signal })
    if (summaryBytes === undefined) throw new OstreeError('FAILED', { reason: 'Remote server has no summary file' })
    if (options['list-metadata-keys']) {
      for (const key of summaryMetadataKeys(summaryBytes)) out.line(key)
    } else if (options['print-metadata-key'] !== undefined) {
      out.line(summaryMetadataText(summaryBytes, options['print-metadata-key']))
    } else if (options.raw) {
      out.line(rawText(SUMMARY.type.signature, summaryBytes, { byteswap: true }))
    } else {
      for (const line of summaryLines(summaryBytes, await hostTimeZone(platform))) out.line(line)
      if (signatureBytes === undefined || !remoteBooleanOption(repo, name, 'gpg-verify-summary', false)) return
      const found = signaturesIn(decodeSignatureFile(signatureBytes), GPG_SIGNATURES_KEY) ?? []
      out.line('')
      const keyring = await openKeyring(repo, { remote: name })
      await printGpgVerification(platform, out, await gpgSignatures(keyring, summaryBytes, found))
    }
  },
})
