// `ostree cat`.

import { OstreeError } from '../../errors.ts'
import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import { chunksOf } from '../../repo/store/content.ts'
import { loadFile } from '../../repo/store/read-object.ts'
import { commitRoot, resolveTreePath } from '../../repo/trees/tree-path.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'cat',
  summary: 'Concatenate contents of files',
  parameters: 'COMMIT PATH...',
  options: {},
  examples: [{ does: 'One file of a branch', line: 'cat --repo=repo main /usr/lib/os-release' }],
  async run({ repo, args, out, signal, usageError }) {
    const [rev, ...paths] = args
    if (rev === undefined || paths.length === 0) {
      throw usageError('A COMMIT and at least one PATH argument are required')
    }
    const root = await commitRoot(repo, await resolveRev(repo, rev))
    for (const path of paths) {
      const entry = await resolveTreePath(repo, root, path, { followSymlinks: true })
      if (entry.kind === 'directory') throw new OstreeError('FAILED', { reason: "Can't open directory" })
      const { content } = await loadFile(repo.store, entry.checksum)
      for await (const chunk of chunksOf(await content())) {
        signal.throwIfAborted()
        out.write(chunk)
      }
    }
  },
})
