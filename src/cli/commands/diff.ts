// `ostree diff`.

import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import type { Repo } from '../../repo/repo.ts'
import { type DiffSide, diff, diffStats } from '../../repo/trees/diff.ts'
import { formatSize } from '../../text/format-size.ts'
import { defineCommand, type Session } from '../command.ts'
import { flag, integer } from '../options.ts'
import { absolutePath } from '../target.ts'

export const command = defineCommand({
  name: 'diff',
  summary: 'Compare directory TARGETDIR against revision REV',
  parameters: 'REV_OR_DIR REV_OR_DIR',
  options: {
    stats: flag('Print various statistics'),
    'fs-diff': flag('Print filesystem diff'),
    'no-xattrs': flag('Skip output of extended attributes'),
    'owner-uid': integer('UID', 'Use file ownership user id for local files', { default: -1 }),
    'owner-gid': integer('GID', 'Use file ownership group id for local files', { default: -1 }),
  },
  examples: [
    { does: 'What the newest commit changed', line: 'diff --repo=repo main' },
    { does: 'A branch against a folder on disk', line: 'diff --repo=repo main ./root' },
  ],
  async run({ session, repo, options, args, out, signal, usageError }) {
    const [first, second] = args
    if (first === undefined) throw usageError('REV must be specified')
    const [left, right] = second === undefined ? [`${first}^`, first] : [first, second]
    if (options['fs-diff'] || !options.stats) {
      const a = await parseSide(session, repo, left)
      const b = await parseSide(session, repo, right)
      const { modified, removed, added } = await diff(repo, a, b, {
        ignoreXattrs: options['no-xattrs'],
        ...(options['owner-uid'] < 0 ? {} : { uid: options['owner-uid'] }),
        ...(options['owner-gid'] < 0 ? {} : { gid: options['owner-gid'] }),
        signal,
      })
      for (const path of modified) out.line(`M    ${shownPath(a, path)}`)
      for (const path of removed) out.line(`D    ${shownPath(a, path)}`)
      for (const path of added) out.line(`A    ${shownPath(b, path)}`)
    }
    if (!options.stats) return
    const stats = await diffStats(repo, await resolveRev(repo, left), await resolveRev(repo, right), { signal })
    out.line(`[A] Object Count: ${stats.leftObjects}`)
    out.line(`[B] Object Count: ${stats.rightObjects}`)
    out.line(`Common Object Count: ${stats.commonObjects}`)
    out.line(`Common Object Size: ${formatSize(stats.commonBytes)}`)
  },
})

async function parseSide(session: Session, repo: Repo, text: string): Promise<DiffSide> {
  if (text.startsWith('/') || text.startsWith('./')) return { path: absolutePath(session, text) }
  return { commit: await resolveRev(repo, text) }
}

/** Paths inside a commit are absolute, those on disk relative to the folder compared. */
const shownPath = (side: DiffSide, path: string): string => ('commit' in side ? `/${path}` : path)
