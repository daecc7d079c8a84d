// `ostree refs`: lists, makes, aliases and deletes refs.

import { compareUtf8 } from '../../bytes/compare.ts'
import { isIoError, OstreeError } from '../../errors.ts'
import { listCollectionRefs, listRefs } from '../../repo/refs/list-refs.ts'
import { parseRefspec, validateCollectionId, validateRef } from '../../repo/refs/ref-names.ts'
import { resolveRev, tryResolveRev } from '../../repo/refs/resolve-rev.ts'
import { setAlias, setRef } from '../../repo/refs/write-ref.ts'
import type { Repo } from '../../repo/repo.ts'
import { defineCommand } from '../command.ts'
import { flag, string, type ValuesOf } from '../options.ts'
import type { Output } from '../output.ts'

const OPTIONS = {
  delete: flag('Delete refs which match PREFIX, rather than listing them'),
  list: flag('Do not remove the prefix from the refs'),
  revision: flag('Show revisions in listing', { short: 'r' }),
  alias: flag('If used with --create, create an alias, otherwise just list aliases', { short: 'A' }),
  create: string('NEWREF', 'Create a new ref for an existing commit'),
  collections: flag('Enable listing collection IDs for refs', { short: 'c' }),
  force: flag('Overwrite existing refs when creating'),
}
type Options = ValuesOf<typeof OPTIONS>

export const command = defineCommand({
  name: 'refs',
  summary: 'List refs',
  parameters: '[PREFIX]',
  options: OPTIONS,
  examples: [
    { does: 'All refs with their commits', line: 'refs --repo=repo --revision' },
    { does: 'Give a commit a second name', line: 'refs --repo=repo --create=stable main' },
    { does: 'Let one name follow another', line: 'refs --repo=repo --alias --create=current main' },
  ],
  async run({ repo, options, args, out }) {
    if (options.create !== undefined && args.length > 1) {
      throw wrong('You must specify only 1 existing ref when creating a new ref')
    }
    if (args.length === 0 && options.delete) throw wrong('At least one PREFIX is required when deleting refs')
    if (args.length === 0 && options.create !== undefined) {
      throw wrong('You must specify a revision when creating a new ref')
    }
    const act = options.collections ? withCollections : withRefs
    if (args.length === 0) await act(repo, options, undefined, out)
    for (const prefix of args) await act(repo, options, prefix, out)
  },
})

async function withRefs(repo: Repo, options: Options, prefix: string | undefined, out: Output): Promise<void> {
  if (options.delete) return deleteRefs(repo, options, prefix)
  if (options.create !== undefined) return createRef(repo, options, options.create, prefix ?? '')
  const cutPrefix = !options.list && !options.alias
  const refs = await listRefs(repo, { ...starting(prefix), cutPrefix, aliasesOnly: options.alias })
  for (const [ref, value] of sorted(refs)) {
    if (options.alias) out.line(`${ref} -> ${value}`)
    else out.line(options.revision ? `${ref}\t${value}` : ref)
  }
}

async function createRef(repo: Repo, options: Options, name: string, source: string): Promise<void> {
  const aliases = options.alias ? await listRefs(repo, { aliasesOnly: true }) : undefined
  await requireFree(repo, options, name, aliases?.has(name) === true)
  const place = parseRefspec(name)
  if (aliases === undefined) return setRef(repo, place, await resolveRev(repo, source))
  if (place.remote !== null) throw wrong(`Cannot create alias to remote ref: ${place.remote}`)
  if (!(await listRefs(repo)).has(source)) throw wrong(`Cannot create alias to non-existent ref: ${source}`)
  await setAlias(repo, place, source)
}

async function requireFree(repo: Repo, { force }: Options, name: string, replacesAlias: boolean): Promise<void> {
  let taken: boolean
  try {
    taken = (await tryResolveRev(repo, name, { localOnly: true })) !== undefined
  } catch (error) {
    // A folder of refs has that name; writing the ref looks into it.
    if (!isIoError(error, 'EISDIR')) throw error
    taken = false
  }
  if (taken && !force && !replacesAlias) throw wrong(`--create specified but ref ${name} already exists`)
}

async function deleteRefs(repo: Repo, options: Options, prefix: string | undefined): Promise<void> {
  const aliases = await listRefs(repo, { aliasesOnly: true })
  for (const refspec of (await listRefs(repo, { ...starting(prefix), aliasesOnly: options.alias })).keys()) {
    const place = parseRefspec(refspec)
    for (const [alias, target] of aliases) {
      if (target === place.ref) throw wrong(`Ref '${target}' has an active alias: '${alias}'`)
    }
    await setRef(repo, place, null)
  }
}

async function withCollections(repo: Repo, options: Options, prefix: string | undefined, out: Output): Promise<void> {
  if (options.create !== undefined) return createCollectionRef(repo, options, options.create, prefix ?? '')
  const refs = await listCollectionRefs(repo, prefix === undefined ? {} : { collectionId: prefix })
  if (options.delete) {
    for (const { collectionId, ref } of refs) await setRef(repo, { collectionId, ref }, null)
    return
  }
  refs.sort((a, b) => compareUtf8(a.collectionId, b.collectionId) || compareUtf8(a.ref, b.ref))
  for (const { collectionId, ref, checksum } of refs) {
    out.line(`(${collectionId}, ${ref})${options.revision ? `\t${checksum}` : ''}`)
  }
}

/** The new name is written `COLLECTION:REF`. */
async function createCollectionRef(repo: Repo, options: Options, name: string, source: string): Promise<void> {
  await requireFree(repo, options, name, false)
  const checksum = await resolveRev(repo, source)
  const [, collectionId = name, ref = ''] = /^([^:]*):(.*)$/s.exec(name) ?? []
  validateCollectionId(collectionId)
  validateRef(ref)
  await setRef(repo, { collectionId, ref }, checksum)
}

const starting = (prefix: string | undefined) => (prefix === undefined ? {} : { prefix })

const sorted = (refs: ReadonlyMap<string, string>) => [...refs].sort(([a], [b]) => compareUtf8(a, b))

function wrong(reason: string): OstreeError {
  return new OstreeError('INVALID_ARGUMENT', { reason })
}
