// `ostree static-delta generate`.

import type { ByteOrder } from '../../../bytes/byte-order.ts'
import { decodeUtf8 } from '../../../bytes/utf8.ts'
import { OstreeError } from '../../../errors.ts'
import type { Platform } from '../../../platform/types.ts'
import { resolveRev } from '../../../repo/refs/resolve-rev.ts'
import { deltaPath, formatDeltaName } from '../../../repo/summary/static-delta-names.ts'
import type { Signer } from '../../../sign/types.ts'
import { defineCommand } from '../../command.ts'
import { generateLines } from '../../generate-lines.ts'
import { ED25519_ONLY, filename, flag, string, strings } from '../../options.ts'
import { requireWritable } from '../../target.ts'

export const command = defineCommand({
  name: 'generate',
  summary: 'Generate static delta files',
  parameters: '[TO]',
  options: {
    from: string('REV', 'Create delta from revision REV'),
    empty: flag('Create delta from scratch'),
    inline: flag('Inline delta parts into main delta'),
    to: string('REV', 'Create delta to revision REV'),
    'disable-bsdiff': flag('Disable use of bsdiff'),
    'if-not-exists': flag('Only generate if a delta does not already exist', { short: 'n' }),
    'set-endianness': string('ENDIAN', "Choose metadata endianness ('l' or 'B')"),
    'swap-endianness': flag('Swap metadata endianness from host order'),
    'min-fallback-size': string(undefined, 'Minimum uncompressed size in megabytes for individual HTTP request'),
    'max-bsdiff-size': string(undefined, 'Maximum size in megabytes to consider bsdiff compression for input files'),
    'max-chunk-size': string(undefined, 'Maximum size of delta chunks in megabytes'),
    filename: filename(
      'PATH',
      'Write the delta content to PATH (a directory).  If not specified, the OSTree repository is used',
    ),
    sign: strings('KEY_ID', 'Sign the delta with'),
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')"),
    'keys-file': string('NAME', 'Read key(s) from file', ED25519_ONLY),
  },
  examples: [
    { does: 'From the parent of a branch to its head', line: 'static-delta generate --repo=repo os/stable' },
    { does: 'From nothing, in one file', line: 'static-delta generate --repo=repo --empty --inline os/stable' },
  ],
  async run({ platform, repo, options, args, out, signal }) {
    requireWritable(repo)
    const target = options.to ?? args[0]
    if (target === undefined) throw failed('TO revision must be specified')
    if (options.empty && options.from !== undefined) throw failed('Cannot specify both --empty and --from=REV')
    const from = options.empty ? null : await resolveRev(repo, options.from ?? `${target}^`)
    const to = await resolveRev(repo, target)
    const name = { from, to }
    if (options['if-not-exists'] && (await platform.fs.tryStat(`${deltaPath(repo, name)}/superblock`)) !== undefined) {
      out.line(`Delta ${formatDeltaName(name)} already exists.`)
      return
    }
    const byteOrder = chosenByteOrder(options['set-endianness'], options['swap-endianness'])
    const keys = await secretKeys(platform, options.sign, options['keys-file'])
    out.line('Generating static delta:')
    out.line(`  From: ${from ?? 'empty'}`)
    out.line(`  To:   ${to}`)
    if (options.filename === '') throw failed("Invalid 'filename' parameter")
    if (options['sign-type'] === '') throw failed("Invalid 'sign-name' parameter")
    const { generateDelta } = await import('../../../deltas/generate/generate.ts')
    await generateDelta(repo, from, to, {
      patches: !options['disable-bsdiff'],
      minFallbackBytes: megabytes(options['min-fallback-size'], 4),
      maxPatchedBytes: megabytes(options['max-bsdiff-size'], 128),
      maxPartBytes: megabytes(options['max-chunk-size'], 32),
      byteOrder,
      inline: options.inline,
      ...(options.filename === undefined ? {} : { filename: options.filename }),
      ...(keys === undefined ? {} : { signWith: () => signersFor(platform, options['sign-type'], keys) }),
      signal,
      onProgress: (progress) => {
        for (const line of generateLines(progress)) out.note(line)
      },
    })
  },
})

function chosenByteOrder(wanted: string | undefined, swap: boolean): ByteOrder {
  if (wanted !== undefined && wanted !== 'l' && wanted !== 'B') throw failed(`Invalid endianness '${wanted}'`)
  return (wanted === 'B') === swap ? 'little' : 'big'
}

/** A number as `strtoull` reads it, in 32 bits. */
function megabytes(text: string | undefined, preset: number): number {
  if (text === undefined) return preset * 1_000_000
  const match = /^[ \t\n\v\f\r]*([-+]?)(\d+)/.exec(text)
  if (match === null) return 0
  const largest = 2n ** 64n - 1n
  const value = BigInt(match[2]!)
  const parsed = value > largest ? largest : match[1] === '-' ? -value : value
  return Number(BigInt.asUintN(32, parsed)) * 1_000_000
}

/** Keys as text: those of the command line, then the lines of a file; `undefined` where nobody asked for a signature. */
async function secretKeys(
  platform: Platform,
  given: readonly string[],
  file: string | undefined,
): Promise<readonly string[] | undefined> {
  if (file === undefined) return given.length === 0 ? undefined : given
  if ((await platform.fs.tryStat(file))?.kind !== 'file') {
    throw failed(`File object '${file}' is not a regular file`)
  }
  const { linesOf } = await import('../../../sign/key-lines.ts')
  return [...given, ...Array.from(linesOf(await platform.fs.readFile(file)), decodeUtf8)]
}

async function signersFor(platform: Platform, type: string | undefined, keys: readonly string[]): Promise<Signer[]> {
  const { DEFAULT_SIGN_TYPE, keyKind } = await import('../../../sign/key-kinds.ts')
  const { keySigner } = await import('../../../sign/key-verifier.ts')
  const kind = keyKind(type ?? DEFAULT_SIGN_TYPE, platform.environment)
  return keys.map((key) => keySigner(kind, kind.keyFromText(key)))
}

function failed(reason: string): OstreeError {
  return new OstreeError('FAILED', { reason })
}
