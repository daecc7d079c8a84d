// spec/repository.md against the fixtures and the code.

import { expect, test } from 'vitest'
import { toHex } from '../../src/bytes/hex.ts'
import { KeyFile } from '../../src/keyfile/key-file.ts'
import { decodeSummary, encodeSummary, SUMMARY_KEY } from '../../src/objects/summary.ts'
import { memoryPlatform } from '../../src/platform/memory/platform.ts'
import { parseRepoConfig } from '../../src/repo/config/config.ts'
import { REPO_MODES } from '../../src/repo/config/repo-mode.ts'
import { initRepo } from '../../src/repo/init.ts'
import { openFixture } from '../fixture-repos.ts'
import { readSpecPage } from '../spec-page.ts'

const PAGE = readSpecPage('repository')

test.each(PAGE.dumps(['file', 'of']))('dump $#', async ({ heading, data }) => {
  const { platform, path } = await openFixture('repositories', heading('of')!)
  const stored = await platform.fs.readFile(`${path}/${heading('file')}`)
  expect(data.length).toBeGreaterThan(64)
  expect(toHex(data)).toBe(toHex(stored.subarray(0, data.length)))
  const { refs, metadata } = decodeSummary(stored)
  expect(refs[0]).toMatchObject({ name: 'alias', commit: { sizeBytes: 198n } })
  expect(toHex(encodeSummary({ refs, metadata }))).toBe(toHex(stored))
  for (const [key] of metadata) expect(PAGE.text).toContain(`\`${key}\``)
})

test('every key of a summary that the code knows is on the page', () => {
  for (const key of Object.values(SUMMARY_KEY)) expect(PAGE.text).toContain(`\`${key}\``)
})

/** Cells of the table rows below a heading row. */
function rows(headingRow: string): string[][] {
  const lines = PAGE.text.slice(PAGE.text.indexOf(headingRow)).split('\n').slice(2)
  return lines
    .slice(0, lines.indexOf(''))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('`', '')))
}

test('the defaults of the config are those of the page', () => {
  const stated = new Map(rows('| `[core]` | default | |').map(([, key = '', value = '']) => [key, value]))
  const config = parseRepoConfig(KeyFile.parse(new TextEncoder().encode('[core]\nrepo_version=1\n')))
  expect(config.mode).toBe(stated.get('mode'))
  expect(config.tmpExpirySeconds).toBe(Number(stated.get('tmp-expiry-secs')))
  expect(config.lockTimeout).toBe(Number(stated.get('lock-timeout-secs')))
  expect(config.reserve.percent).toBe(Number(stated.get('min-free-space-percent')))
  expect(config.payloadLinkThreshold).toBe(Number.POSITIVE_INFINITY)
  expect(stated.get('payload-link-threshold')).toBe('-1')
  const booleans = {
    fsync: config.fsync,
    'per-object-fsync': config.perObjectFsync,
    'disable-xattrs': config.disableXattrs,
    'enable-uncompressed-cache': config.uncompressedCache,
    'auto-update-summary': config.autoUpdateSummary,
    'tombstone-commits': config.tombstoneCommits,
  }
  for (const [key, value] of Object.entries(booleans)) expect(stated.get(key), key).toBe(String(value))
})

test('the modes are those of the page', () => {
  const stated = rows('| mode | regular file | symbolic link | suffix |').map(([, mode]) => mode)
  expect(stated.sort()).toEqual([...REPO_MODES].sort())
})

test('a new repository has the folders of the page', async () => {
  const platform = await memoryPlatform()
  await initRepo(platform, '/repo', { mode: 'archive' })
  const stated = /`init` makes `([^`]+)`/.exec(PAGE.text)![1]!.split(' ')
  const found: string[] = []
  for (const top of await platform.fs.readDirectory('/repo')) {
    if (top.kind !== 'directory') continue
    found.push(top.name)
    for (const { name } of await platform.fs.readDirectory(`/repo/${top.name}`)) found.push(`${top.name}/${name}`)
  }
  expect(found.sort()).toEqual(stated.sort())
})
