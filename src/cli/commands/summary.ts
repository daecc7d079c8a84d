// `ostree summary`.

import { hostTimeZone } from '../../dates/host-time.ts'
import { OstreeError, prefixed } from '../../errors.ts'
import { parseVariant } from '../../gvariant/parse-text.ts'
import type { Variant } from '../../gvariant/schema.ts'
import { SUMMARY } from '../../objects/summary.ts'
import type { Repo } from '../../repo/repo.ts'
import { writeMetadataCommit } from '../../repo/summary/metadata-commit.ts'
import { regenerateSummary } from '../../repo/summary/regenerate-summary.ts'
import { decodeSignatureFile, signaturesIn } from '../../repo/trust/detached-metadata.ts'
import { openKeyring } from '../../repo/trust/gpg-keyrings.ts'
import { gpgSignatures } from '../../repo/trust/gpg-verifier.ts'
import { GPG_SIGNATURES_KEY } from '../../sign/openpgp/signatures-key.ts'
import { defineCommand } from '../command.ts'
import { printGpgSignatures } from '../gpg-text.ts'
import { filename, flag, string, strings } from '../options.ts'
import { gpgSignersOf, inTurn, keySignersOf, requireSignType } from '../signers.ts'
import { summaryMetadataKeys, summaryMetadataText } from '../summary-metadata.ts'
import { summaryLines } from '../summary-text.ts'
import { requireWritable } from '../target.ts'
import { rawText } from '../variant-text.ts'

export const command = defineCommand({
  name: 'summary',
  summary: 'Manage summary metadata',
  options: {
    update: flag('Update the summary', { short: 'u' }),
    view: flag('View the local summary file', { short: 'v' }),
    raw: flag('View the raw bytes of the summary file'),
    'list-metadata-keys': flag('List the available metadata keys'),
    'print-metadata-key': string('KEY', 'Print string value of metadata key'),
    'gpg-sign': strings('KEY-ID', 'GPG Key ID to sign the summary with'),
    'gpg-homedir': filename('HOMEDIR', 'GPG Homedir to use when looking for keyrings'),
    sign: strings('KEY-ID', 'Key ID to sign the summary with'),
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')"),
    'add-metadata': strings('KEY=VALUE', 'Additional metadata field to add to the summary', { short: 'm' }),
  },
  examples: [
    { does: 'Write the summary that clients look for first', line: 'summary --repo=repo --update' },
    { does: 'Show it', line: 'summary --repo=repo --view' },
  ],
  async run({ repo, platform, session, options, out, signal }) {
    if (options.sign.length > 0) requireSignType(options['sign-type'], platform)
    if (options.update) {
      requireWritable(repo)
      const metadata = options['add-metadata'].map(parseMetadata)
      const isSigned = options['gpg-sign'].length + options.sign.length > 0
      const signers = () =>
        isSigned ? inTurn(gpgSignersOf(repo, options), keySignersOf(session, platform, options)) : undefined
      await writeMetadataCommit(repo, metadata, { signers: signers(), signal })
      await regenerateSummary(repo, { additionalMetadata: metadata, signers: signers(), signal })
    } else if (options.view || options.raw) {
      const bytes = await readSummaryFile(repo)
      if (options.raw) return out.line(rawText(SUMMARY.type.signature, bytes, { byteswap: true }))
      for (const line of summaryLines(bytes, await hostTimeZone(repo.platform))) out.line(line)
      const signature = await platform.fs.tryReadFile(`${repo.path}/summary.sig`)
      if (signature === undefined) return out.line('Summary is unsigned')
      // Of the other kinds the reference says nothing here.
      const found = signaturesIn(decodeSignatureFile(signature), GPG_SIGNATURES_KEY)
      if (found === undefined) return
      const keyring = await openKeyring(repo, { remote: null, folder: options['gpg-homedir'] })
      out.line('')
      await printGpgSignatures(platform, out, await gpgSignatures(keyring, bytes, found), ' on the summary')
    } else if (options['list-metadata-keys']) {
      for (const key of summaryMetadataKeys(await readSummaryFile(repo))) out.line(key)
    } else if (options['print-metadata-key'] !== undefined) {
      out.line(summaryMetadataText(await readSummaryFile(repo), options['print-metadata-key']))
    } else throw new OstreeError('INVALID_ARGUMENT', { reason: 'No option specified; use -u to update summary' })
  },
})

async function readSummaryFile(repo: Repo): Promise<Uint8Array> {
  const bytes = await repo.platform.fs.tryReadFile(`${repo.path}/summary`)
  if (bytes === undefined) throw new OstreeError('IO', { errno: 'ENOENT', call: 'openat', path: 'summary' })
  return bytes
}

function parseMetadata(text: string): readonly [string, Variant] {
  const equals = text.indexOf('=')
  if (equals < 0) {
    throw new OstreeError('INVALID_ARGUMENT', { reason: `Missing '=' in KEY=VALUE metadata '${text}'` })
  }
  try {
    return [text.slice(0, equals), parseVariant(text.slice(equals + 1))]
  } catch (error) {
    // The reference ends its own prefix with a colon, and its prefixing adds another.
    throw prefixed(error, `Error parsing variant ‘${text.slice(equals + 1)}’: `)
  }
}
