// Each `spec/PAGE.md#anchor` in the sources, and each link within spec/, leads to a heading that exists.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

/** Anchors of a page, as GitHub makes them from its headings. */
function anchors(page: string): Set<string> {
  const headings = [...page.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)]
  return new Set(
    headings.map(([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

const pages = readdirSync(new URL('spec', ROOT)).filter((name) => name.endsWith('.md'))
const anchorsByPage = new Map(pages.map((name) => [name, anchors(read(`spec/${name}`))]))

function expectTarget(page: string, anchor: string | undefined, where: string): void {
  expect(anchorsByPage.has(page), `${where}: spec/${page}`).toBe(true)
  if (anchor !== undefined) expect([...anchorsByPage.get(page)!], `${where}: spec/${page}#${anchor}`).toContain(anchor)
}

test('references in the sources', () => {
  const sources = readdirSync(new URL('src', ROOT), { recursive: true, encoding: 'utf8' })
  let references = 0
  for (const name of sources.filter((path) => /\.(ts|md)$/.test(path))) {
    for (const [, page = '', anchor] of read(`src/${name}`).matchAll(/spec\/([a-z-]+\.md)(?:#([a-z0-9-]+))?/g)) {
      expectTarget(page, anchor, `src/${name}`)
      references++
    }
  }
  expect(references).toBeGreaterThan(60)
})

describe.each(pages)('%s', (name) => {
  test('links', () => {
    for (const [, page, anchor] of read(`spec/${name}`).matchAll(/\]\(([a-z-]+\.md)?(?:#([a-z0-9-]+))?\)/g)) {
      expectTarget(page ?? name, anchor, `spec/${name}`)
    }
  })
})
