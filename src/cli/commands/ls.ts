// `ostree ls`.

import { prefixed } from '../../errors.ts'
import { isRegularMode, isSymlinkMode, MODE } from '../../objects/file-mode.ts'
import { loadFile, readDirmeta } from '../../repo/read-object.ts'
import type { Repo } from '../../repo/repo.ts'
import { resolveRev } from '../../repo/resolve-rev.ts'
import {
  commitRoot,
  type LocatedTreeEntry,
  resolveTreePath,
  type TreeDirectory,
  walkTree,
} from '../../repo/tree-path.ts'
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
  const print = options['nul-filenames-only']
    ? (entry: LocatedTreeEntry) => out.write(`${entry.path}\0`)
    : async (entry: LocatedTreeEntry) => out.line(await describe(repo, options, entry))
  const start = await resolveTreePath(repo, root, path)
  await print(start)
  if (options.dironly && !options.recursive) return
  for await (const entry of walkTree(repo, start, { recursive: options.recursive, signal })) await print(entry)
}

async function describe(repo: Repo, options: Options, entry: LocatedTreeEntry): Promise<string> {
  let checksums: string
  let sizeBytes = 0
  let target = ''
  let info: Pick<Awaited<ReturnType<typeof loadFile>>['info'], 'mode' | 'uid' | 'gid' | 'xattrs'>
  if (entry.kind === 'directory') {
    info = await readDirmeta(repo.store, entry.metaChecksum)
    checksums = `${entry.treeChecksum} ${entry.metaChecksum} `
  } else {
    const file = await loadFile(repo.store, entry.checksum)
    info = file.info
    sizeBytes = file.sizeBytes
    checksums = `${entry.checksum} `
    if (isSymlinkMode(info.mode)) target = ` -> ${file.info.symlinkTarget}`
  }
  const { mode, uid, gid } = info
  const head = `${typeLetter(mode)}0${permissions(mode)} ${uid} ${gid} ${String(sizeBytes).padStart(6)} `
  const xattrs = options.xattrs ? `{ ${xattrsText(info.xattrs)} } ` : ''
  return `${head}${options.checksum ? checksums : ''}${xattrs}${entry.path}${target}`
}

function typeLetter(mode: number): string {
  if (isRegularMode(mode)) return '-'
  return isSymlinkMode(mode) ? 'l' : 'd'
}

const permissions = (mode: number): string => (mode & ~MODE.typeMask).toString(8).padStart(4, '0')
