// `ostree show`: any metadata object, and what a commit carries besides its files.

import { compareUtf8 } from '../../bytes/compare.ts'
import { toHex } from '../../bytes/hex.ts'
import { isIoError, OstreeError, prefixed } from '../../errors.ts'
import { decodeLenient } from '../../gvariant/normal-form.ts'
import { tryParseType } from '../../gvariant/type.ts'
import type { Value, Variant } from '../../gvariant/value.ts'
import { type Checksum, isChecksum } from '../../objects/checksum.ts'
import { COMMIT, METADATA } from '../../objects/commit.ts'
import { DIRMETA } from '../../objects/dirmeta.ts'
import { DIRTREE } from '../../objects/dirtree.ts'
import { isRegularMode, isSymlinkMode } from '../../objects/file-mode.ts'
import { readObjectSizes } from '../../repo/commit/read-object-sizes.ts'
import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import type { Repo } from '../../repo/repo.ts'
import { loadFile, readCommit, readMetadata, tryReadMetadata } from '../../repo/store/read-object.ts'
import type { KeyringSources } from '../../repo/trust/gpg-keyrings.ts'
import { commitGpgSignatures } from '../../repo/trust/gpg-verifier.ts'
import { formatSize } from '../../text/format-size.ts'
import { defineCommand } from '../command.ts'
import { printCommit } from '../commit-text.ts'
import { printGpgSignatures } from '../gpg-text.ts'
import { filename, flag, string, type ValuesOf } from '../options.ts'
import type { Output } from '../output.ts'
import { annotated, rawText, xattrsText } from '../variant-text.ts'

const OPTIONS = {
  'print-related': flag('Show the "related" commits'),
  'print-variant-type': string('TYPE', 'Memory map OBJECT (in this case a filename) to the GVariant type string'),
  'list-metadata-keys': flag('List the available metadata keys'),
  'print-metadata-key': string('KEY', 'Print string value of metadata key'),
  'print-hex': flag('For byte array valued keys, output an unquoted hexadecimal string'),
  'list-detached-metadata-keys': flag('List the available detached metadata keys'),
  'print-detached-metadata-key': string('KEY', 'Print string value of detached metadata key'),
  'print-sizes': flag('Show the commit size metadata'),
  raw: flag('Show raw variant data'),
  'no-byteswap': flag('Do not automatically convert variant data from big endian', { short: 'B' }),
  'gpg-homedir': filename('HOMEDIR', 'GPG Homedir to use when looking for keyrings'),
  'gpg-verify-remote': string('REMOTE', 'Use REMOTE name for GPG configuration'),
}
type Options = ValuesOf<typeof OPTIONS>

interface Showing {
  readonly repo: Repo
  readonly options: Options
  readonly out: Output
}

export const command = defineCommand({
  name: 'show',
  summary: 'Output a metadata object',
  parameters: 'OBJECT',
  options: OPTIONS,
  examples: [
    { does: 'The newest commit of a branch', line: 'show --repo=repo main' },
    { does: 'One key of its metadata', line: 'show --repo=repo --print-metadata-key=version main' },
    { does: 'Any object by its checksum, as it is stored', line: 'show --repo=repo --raw CHECKSUM' },
  ],
  async run({ repo, options, args, out, usageError }) {
    const [rev] = args
    if (rev === undefined) throw usageError('An object argument is required')
    const showing = { repo, options, out }
    const key = options['print-detached-metadata-key'] ?? options['print-metadata-key']
    if (key !== undefined) {
      const detached = options['print-detached-metadata-key'] !== undefined
      return printMetadataKey(showing, await resolveRev(repo, rev), key, detached)
    }
    if (options['list-metadata-keys'] || options['list-detached-metadata-keys']) {
      return listMetadataKeys(showing, await resolveRev(repo, rev), options['list-detached-metadata-keys'])
    }
    if (options['print-related']) return printRelated(showing, await resolveRev(repo, rev))
    if (options['print-variant-type'] !== undefined) return printFile(showing, options['print-variant-type'], rev)
    if (options['print-sizes']) return printSizes(showing, await resolveRev(repo, rev))
    if (!isChecksum(rev)) return printCommitObject(showing, await resolveRev(repo, rev))
    return printObject(showing, rev)
  },
})

async function printMetadataKey(showing: Showing, commit: Checksum, key: string, detached: boolean): Promise<void> {
  const { options, out } = showing
  const value = (await metadataOf(showing, commit, detached)).find(([name]) => name === key)?.[1]
  if (value === undefined) throw failed(`No such metadata key '${key}'`)
  if (options['print-hex'] && value.value instanceof Uint8Array) out.line(toHex(value.value))
  else out.line(annotated(value))
}

async function listMetadataKeys(showing: Showing, commit: Checksum, detached: boolean): Promise<void> {
  const keys = (await metadataOf(showing, commit, detached)).map(([key]) => key)
  for (const key of keys.sort(compareUtf8)) showing.out.line(key)
}

/** The `a{sv}` of a commit, its numbers in the byte order that the options ask for. */
async function metadataOf({ repo, options }: Showing, commit: Checksum, detached: boolean) {
  const byteOrder = options['no-byteswap'] ? 'little' : 'big'
  if (!detached) {
    const bytes = await readMetadata(repo.store, commit, 'commit')
    const { value } = decodeLenient(COMMIT.type.signature, bytes, byteOrder)
    return pairsOf(Array.isArray(value) ? value[0] : [])
  }
  const bytes = await tryReadMetadata(repo.store, commit, 'commitmeta')
  if (bytes === undefined) throw failed(`No detached metadata for commit ${commit}`)
  return pairsOf(decodeLenient(METADATA.type.signature, bytes, byteOrder).value)
}

/** What a value of the type `a{sv}` holds. */
function pairsOf(dictionary: Value | undefined): readonly (readonly [string, Variant])[] {
  return dictionary as readonly (readonly [string, Variant])[]
}

async function printRelated({ repo, out }: Showing, commit: Checksum): Promise<void> {
  for (const { name, checksum } of (await readCommit(repo.store, commit)).relatedObjects)
    out.line(`${name} ${checksum}`)
}

async function printFile({ repo, out }: Showing, type: string, path: string): Promise<void> {
  if (tryParseType(type) === undefined) throw failed(`'${type}' is not a GVariant type string`)
  out.line(rawText(type, await readAnyFile(repo, path), { byteswap: true }))
}

async function readAnyFile({ platform }: Repo, path: string): Promise<Uint8Array> {
  try {
    return await platform.fs.readFile(path)
  } catch (error) {
    throw isIoError(error, 'EISDIR') ? new OstreeError('IO', { errno: 'EISDIR', call: '', path: '' }) : error
  }
}

async function printSizes({ repo, out }: Showing, commit: Checksum): Promise<void> {
  const all = { archived: 0, unpacked: 0, objects: 0 }
  const missing = { archived: 0, unpacked: 0, objects: 0 }
  for (const { checksum, type, archived, unpacked } of readObjectSizes(await commitForSizes(repo, commit))) {
    const there = (await repo.store.locate({ checksum, type })) !== undefined
    for (const total of there ? [all] : [all, missing]) {
      total.archived += archived
      total.unpacked += unpacked
      total.objects++
    }
  }
  const pair = (part: 'archived' | 'unpacked') => `${formatSize(missing[part])}/${formatSize(all[part])}`
  out.line(`Compressed size (needed/total): ${pair('archived')}`)
  out.line(`Unpacked size (needed/total): ${pair('unpacked')}`)
  out.line(`Number of objects (needed/total): ${missing.objects}/${all.objects}`)
}

async function commitForSizes(repo: Repo, commit: Checksum) {
  try {
    return await readCommit(repo.store, commit)
  } catch (error) {
    throw prefixed(error, 'Failed to read commit')
  }
}

async function printObject(showing: Showing, checksum: Checksum): Promise<void> {
  const { repo, options, out } = showing
  if ((await tryReadMetadata(repo.store, checksum, 'commit')) !== undefined) return printCommitObject(showing, checksum)
  for (const [type, schema] of [
    ['dirmeta', DIRMETA],
    ['dirtree', DIRTREE],
  ] as const) {
    const bytes = await tryReadMetadata(repo.store, checksum, type)
    if (bytes === undefined) continue
    out.line(`${type} ${checksum}`)
    if (options['no-byteswap']) out.line(rawText(schema.type.signature, bytes, { byteswap: false }))
    else if (options.raw) out.line(rawText(schema.type.signature, bytes, { byteswap: true }))
    return
  }
  await printFileObject(showing, checksum)
}

async function printCommitObject({ repo, options, out }: Showing, checksum: Checksum): Promise<void> {
  const bytes = await readMetadata(repo.store, checksum, 'commit')
  printCommit(repo.platform, out, checksum, bytes, { raw: options.raw, unswapped: options['no-byteswap'] })
  const remote = options['gpg-verify-remote']
  const sources: KeyringSources =
    remote === undefined ? { remote: 'every remote', folder: options['gpg-homedir'] } : { remote }
  const signatures = await commitGpgSignatures(repo, checksum, sources)
  if (signatures !== undefined) await printGpgSignatures(repo.platform, out, signatures)
}

async function printFileObject({ repo, out }: Showing, checksum: Checksum): Promise<void> {
  const { info, sizeBytes } = await loadFile(repo.store, checksum)
  out.line(`Object: ${checksum}\nType: file`)
  if (isRegularMode(info.mode)) out.line(`File Type: regular\nSize: ${sizeBytes}`)
  else if (isSymlinkMode(info.mode)) out.line(`File Type: symlink\nTarget: ${info.symlinkTarget}`)
  out.line(`Mode: 0${info.mode.toString(8).padStart(4, '0')}`)
  out.line(`Uid: ${info.uid}`)
  out.line(`Gid: ${info.gid}`)
  out.line(`Extended Attributes: { ${xattrsText(info.xattrs)} }`)
}

function failed(reason: string): OstreeError {
  return new OstreeError('FAILED', { reason })
}
