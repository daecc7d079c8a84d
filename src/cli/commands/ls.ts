// `ostree ls`.

import { prefixed } from '../../errors.ts'
import type { Dirmeta } from '../../objects/dirmeta.ts'
import { isSymlinkMode, MODE } from '../../objects/file-mode.ts'
import { type Awaitable, andThen } from '../../operation.ts'
import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import type { Repo } from '../../repo/repo.ts'
import { FileInfoReader, type FileObjectInfo } from '../../repo/store/read-file-info.ts'
import { readDirmeta } from '../../repo/store/read-object.ts'
import {
  commitRoot,
  type LocatedTreeEntry,
  resolveTreePath,
  type TreeDirectory,
  type TreeFile,
  walkDirectories,
} from '../../repo/trees/tree-path.ts'
import { defineCommand } from '../command.ts'
import { flag, type ValuesOf } from '../options.ts'
import type { Output } from '../output.ts'
import { xattrsText } from '../variant-text.ts'

const OPTIONS = {
  dironly: flag('Do not recurse into directory arguments', { short: 'd' }),
  recursive: flag('Print directories recursively', { short: 'R' }),
  checksum: flag('Print checksum', { short: 'C' }),
  xattrs: flag('Print extended attributes', { short: 'X' }),
  'nul-filenames-only': flag('Print only filenames, NUL separated'),
}
type Options = ValuesOf<typeof OPTIONS>

export const command = defineCommand({
  name: 'ls',
  summary: 'List file paths',
  parameters: 'COMMIT [PATH...]',
  options: OPTIONS,
  examples: [
    { does: 'What lies in the root of a branch', line: 'ls --repo=repo main' },
    { does: 'Everything below /usr/lib, with checksums', line: 'ls --repo=repo -R -C main /usr/lib' },
    { does: 'Paths for another program', line: 'ls --repo=repo -R --nul-filenames-only main | xargs -0 -n1 echo' },
  ],
  async run({ repo, options, args, out, signal, usageError }) {
    const [rev, ...paths] = args
    if (rev === undefined) throw usageError('An COMMIT argument is required')
    const root = await commitRoot(repo, await resolveRev(repo, rev))
    if (paths.length === 0) await list({ repo, options, out, signal, root }, '/')
    for (const path of paths) {
      try {
        await list({ repo, options, out, signal, root }, path)
      } catch (error) {
        throw prefixed(error, `Inspecting path '${path}'`)
      }
    }
  },
})

interface Listing {
  readonly repo: Repo
  readonly options: Options
  readonly out: Output
  readonly signal: AbortSignal
  readonly root: TreeDirectory
}

async function list({ repo, options, out, signal, root }: Listing, path: string): Promise<void> {
  const reader = new FileInfoReader(repo.store, { xattrs: options.xattrs })
  const print = (entry: Described): Awaitable<void> => {
    if (options['nul-filenames-only']) return out.write(`${entry.path}\0`)
    if (entry.kind === 'file') {
      return andThen(reader.read(entry.checksum), (file) => out.line(fileLine(options, entry, file)))
    }
    return andThen(entry.meta ?? readDirmeta(repo.store, entry.metaChecksum), (meta) =>
      out.line(directoryLine(options, entry, meta)),
    )
  }
  const start = await resolveTreePath(repo, root, path)
  await print(start)
  if (options.dironly && !options.recursive) return
  const walk = walkDirectories(repo, start, { recursive: options.recursive, signal })
  for await (const { directory, prefix, files } of walk) {
    if (directory !== null) await print(directory)
    for (const { name, checksum } of files) {
      const printing = print({ kind: 'file', checksum, path: `${prefix}/${name}` })
      if (printing !== undefined) await printing
      const pause = repo.platform.breathe()
      if (pause !== undefined) await pause
    }
  }
}

/** `meta` where it has been read already. */
type Described = LocatedTreeEntry & { readonly meta?: Dirmeta }

function directoryLine(options: Options, entry: TreeDirectory & { readonly path: string }, meta: Dirmeta): string {
  const checksums = `${entry.treeChecksum} ${entry.metaChecksum} `
  return `d${attributes(options, meta, 0, checksums)}${entry.path}`
}

function fileLine(options: Options, entry: TreeFile & { readonly path: string }, file: FileObjectInfo): string {
  const { info, sizeBytes } = file
  const rest = `${attributes(options, info, sizeBytes, `${entry.checksum} `)}${entry.path}`
  return isSymlinkMode(info.mode) ? `l${rest} -> ${info.symlinkTarget}` : `-${rest}`
}

function attributes(options: Options, info: Dirmeta, sizeBytes: number, checksums: string): string {
  const { mode, uid, gid } = info
  const permissions = (mode & ~MODE.typeMask).toString(8).padStart(4, '0')
  const xattrs = options.xattrs ? `{ ${xattrsText(info.xattrs)} } ` : ''
  return `0${permissions} ${uid} ${gid} ${String(sizeBytes).padStart(6)} ${options.checksum ? checksums : ''}${xattrs}`
}
