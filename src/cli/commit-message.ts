// The message of a commit: from options, from a file, or from an editor.

import { encodeUtf8 } from '../bytes/utf8.ts'
import { OstreeError } from '../errors.ts'
import type { Platform } from '../platform/types.ts'
import type { Session } from './command.ts'
import type { Host } from './host.ts'
import { readTextFile } from './text-file.ts'

export interface MessageOptions {
  readonly subject: string | undefined
  readonly body: string | undefined
  readonly 'body-file': string | undefined
  readonly editor: boolean
  readonly branch: string | undefined
}

export interface CommitMessage {
  readonly subject: string | undefined
  readonly body: string | undefined
}

export async function messageOf(session: Session, platform: Platform, options: MessageOptions): Promise<CommitMessage> {
  const { subject, body, 'body-file': bodyFile, editor, branch } = options
  if (editor) return parseMessage(await edit(session, platform, template(branch, subject)))
  return { subject, body: bodyFile === undefined ? body : await readTextFile(platform, bodyFile) }
}

function template(branch: string | undefined, subject: string | undefined): string {
  const lines = [
    '',
    '# Please enter the commit message for your changes. The first line will',
    '# become the subject, and the remainder the body. Lines starting',
    "# with '#' will be ignored, and an empty message aborts the commit.",
    ...(branch === undefined ? [] : ['#', `# Branch: ${branch}`]),
    ...(subject === undefined ? [] : [subject]),
  ]
  return `${lines.join('\n')}\n`
}

/** The first line with something on it is the subject; the body starts at the next such line. */
function parseMessage(text: string): CommitMessage {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/[ \t\n\v\f\r]+$/, ''))
    .filter((line) => !line.startsWith('#'))
  const start = lines.findIndex((line) => line !== '')
  if (start < 0) throw new OstreeError('FAILED', { reason: 'Aborting commit due to empty commit subject.' })
  const rest = lines.slice(start + 1)
  const bodyStart = rest.findIndex((line) => line !== '')
  const body =
    bodyStart < 0
      ? undefined
      : rest
          .slice(bodyStart)
          .join('\n')
          .replace(/[ \t\n\v\f\r]+$/, '')
  return { subject: lines[start], body }
}

async function edit({ host }: Session, platform: Platform, text: string): Promise<string> {
  const { fs } = platform
  const editor = editorOf(host)
  const folder = await fs.makeTemporaryDirectory(`${host.environment('TMPDIR') || '/tmp'}/ostree-ts-message-`)
  try {
    const path = `${folder}/COMMIT_MESSAGE`
    await fs.writeFile(path, encodeUtf8(text), 0o600)
    const outcome = await host.runShell(`${editor} '${path.replaceAll("'", "'\\''")}'`)
    if (outcome !== undefined) {
      // The missing colon is the reference's.
      throw new OstreeError('FAILED', { reason: `There was a problem with the editor '${editor}'${outcome}` })
    }
    return await readTextFile(platform, path)
  } finally {
    await fs.removeTree(folder)
  }
}

function editorOf({ environment }: Host): string {
  const terminal = environment('TERM')
  const dumb = terminal === undefined || terminal === 'dumb'
  const editor = environment('OSTREE_EDITOR') ?? (dumb ? undefined : environment('VISUAL')) ?? environment('EDITOR')
  if (editor !== undefined) return editor
  if (dumb) throw new OstreeError('FAILED', { reason: 'Terminal is dumb, but EDITOR unset' })
  return 'vi'
}
