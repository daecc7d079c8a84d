// `ostree find-remotes`.

import { formatIsoUtc } from '../../dates/format.ts'
import { findRemotes } from '../../pull/finders/find-remotes.ts'
import {
  FINDER_CLASS,
  type FinderName,
  type FoundRemote,
  inTableOrder,
  sameRef,
} from '../../pull/finders/found-remote.ts'
import { pullFound } from '../../pull/finders/pull-found.ts'
import type { CollectionRef } from '../../repo/refs/ref-names.ts'
import { openRepo } from '../../repo/repo.ts'
import { cacheDirOption } from '../cache-dir.ts'
import { parseCollectionRefs } from '../collection-refs.ts'
import { defineCommand } from '../command.ts'
import { filename, flag, string } from '../options.ts'
import type { Output } from '../output.ts'
import { pullStatus } from '../pull-status.ts'
import { requireWritable } from '../target.ts'

const FINDER_NAMES: readonly string[] = ['config', 'lan', 'mount']

export const command = defineCommand({
  name: 'find-remotes',
  summary: 'Find remotes to serve the given refs',
  parameters: 'COLLECTION-ID REF [COLLECTION-ID REF...]',
  options: {
    'cache-dir': filename(undefined, 'Use custom cache dir'),
    'disable-fsync': flag('Do not invoke fsync()'),
    finders: string('FINDERS', 'Use the specified comma separated list of finders (e.g. config,lan,mount)'),
    pull: flag('Pull the updates after finding them'),
    mirror: flag('Do a mirror pull (see ostree pull --mirror)'),
  },
  examples: [
    { does: 'Who has the newest commit of a branch', line: 'find-remotes --repo=repo org.example.OS os/stable' },
    {
      does: 'Pull it from a stick that is plugged in',
      line: 'find-remotes --repo=repo --finders=mount --pull org.example.OS os/stable',
    },
  ],
  async run({ session, platform, repo, options, args, out, signal, usageError }) {
    if (args.length < 2) throw usageError('At least one COLLECTION-ID REF pair must be specified')
    if (args.length % 2 === 1) throw usageError('Only complete COLLECTION-ID REF pairs may be specified')
    if (options.mirror && !options.pull) throw usageError('When --mirror is specified, --pull must also be')
    const cache = await cacheDirOption(platform, options['cache-dir'])
    const wanted = parseCollectionRefs(args)
    const finders = parseFinders(options.finders, usageError)
    const onIgnored = (place: string, error: unknown) =>
      out.debug(`Ignoring ${place}: ${error instanceof Error ? error.message : error}`)
    const found = await findRemotes(repo, wanted, { ...cache, finders, signal, onIgnored })
    for (const [index, remote] of found.entries()) describe(out, index, remote)
    if (found.length === 0) return out.line('No results.')
    listMissing(out, wanted, found)
    if (!options.pull) return
    requireWritable(repo)
    const destination = options['disable-fsync'] ? await openRepo(platform, repo.path, { fsync: false }) : repo
    const status = pullStatus(session, out)
    try {
      const { mirror } = options
      const onFailed = ({ url }: FoundRemote, error: unknown) => onIgnored(url, error)
      await pullFound(destination, found, { ...cache, mirror, signal, onProgress: status.event, onFailed })
    } finally {
      status.close()
    }
    out.line(`Pulled ${wanted.length}/${wanted.length} refs successfully.`)
  },
})

function parseFinders(text: string | undefined, usageError: (reason: string) => Error): FinderName[] | undefined {
  if (text === undefined) return undefined
  const names = text === '' ? [] : text.split(',')
  if (names.length === 0) throw usageError('List of finders in --finders option must not be empty')
  for (const [index, name] of names.entries()) {
    if (FINDER_NAMES.includes(name) && names.indexOf(name) === index) continue
    throw usageError(`Unknown or duplicate finder type given in --finders option: ‘${name}’`)
  }
  if (names.includes('lan')) {
    throw usageError('LAN repo finder requested but ostree was compiled without Avahi support')
  }
  return names as FinderName[]
}

function describe(
  out: Output,
  index: number,
  { url, finder, keyring, priority, summaryLastModified, refs }: FoundRemote,
) {
  out.line(`Result ${index}: ${url}`)
  out.line(` - Finder: ${FINDER_CLASS[finder]}`)
  out.line(` - Keyring: ${keyring}`)
  out.line(` - Priority: ${priority}`)
  out.line(` - Summary last modified: ${summaryLastModified > 0n ? formatIsoUtc(summaryLastModified) : 'unknown'}`)
  out.line(' - Refs:')
  for (const { collectionId, ref, checksum } of inTableOrder(refs)) {
    out.line(`    - (${collectionId}, ${ref}) = ${checksum ?? '(not found)'}`)
  }
  out.line('')
}

function listMissing(out: Output, wanted: readonly CollectionRef[], found: readonly FoundRemote[]): void {
  const isFound = (ref: CollectionRef) =>
    found.some(({ refs }) => refs.some((entry) => entry.checksum !== null && sameRef(entry, ref)))
  const distinct = wanted.filter((ref, index) => wanted.findIndex((other) => sameRef(other, ref)) === index)
  const count = distinct.filter(isFound).length
  out.line(`${count}/${wanted.length} refs were found.`)
  if (count === wanted.length) return
  out.line('Refs not found in any remote:')
  for (const ref of wanted) if (!isFound(ref)) out.line(` - (${ref.collectionId}, ${ref.ref})`)
}
