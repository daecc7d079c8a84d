// `commit --tree=tar=FILE` and the options that go with it.

import { OstreeError, prefixed } from '../errors.ts'
import { GlibRegex } from '../regex/glib-regex.ts'
import type { ArchiveSource } from '../repo/commit/commit-archive.ts'
import type { NameForm } from '../tar/names.ts'
import type { Session } from './command.ts'
import { absolutePath } from './target.ts'

export interface ArchiveOptions {
  readonly 'tar-autocreate-parents': boolean
  readonly 'tar-pathname-filter': string | undefined
}

/** @param file - `-` is stdin. */
export function archiveOf(file: string, options: ArchiveOptions, session: Session): ArchiveSource {
  const { 'tar-autocreate-parents': autocreateParents, 'tar-pathname-filter': filter } = options
  return {
    kind: 'archive',
    // Errors name the file by its whole path, but not where there is a filter, as in the reference.
    from: file === '-' ? session.host.readIn() : filter === undefined ? absolutePath(session, file) : file,
    autocreateParents,
    translatePath: filter === undefined ? undefined : pathnameFilter(filter),
    names: nameForm(session),
  }
}

/** `REGEX,REPLACEMENT`, parted at the first comma. */
function pathnameFilter(text: string): (path: string) => string {
  const comma = text.indexOf(',')
  if (comma < 0) throw new OstreeError('FAILED', { reason: "Missing ',' in --tar-pathname-filter" })
  try {
    return new GlibRegex(text.slice(0, comma)).replacer(text.slice(comma + 1))
  } catch (error) {
    throw prefixed(error, '--tar-pathname-filter')
  }
}

/** Names are composed in a UTF-8 locale, which is chosen as the C library chooses it. */
export function nameForm({ host }: Session): NameForm {
  const locale = ['LC_ALL', 'LC_CTYPE', 'LANG'].map((name) => host.environment(name)).find((value) => value)
  return /\.utf-?8(@|$)/i.test(locale ?? 'C') ? 'compose' : 'keep'
}
