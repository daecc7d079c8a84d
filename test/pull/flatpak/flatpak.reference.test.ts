// A Flatpak client and we: we mirror and verify a signed repository that Flatpak made; Flatpak installs from what we
// summarised, signed and serve, and updates over a static delta of ours.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { printVariant } from '../../../src/gvariant/print-text.ts'
import { decodeSummary } from '../../../src/objects/summary.ts'
import { listen } from '../../../src/platform/node/http/listen.ts'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import { openRepo } from '../../../src/repo/repo.ts'
import { serveRequest } from '../../../src/serve/serve-repo.ts'
import { REFERENCE_ROOT, run, testInsideReference } from '../../reference.ts'

const INSIDE = resolve(import.meta.dirname, 'inside.sh')
const APP = /^app\/org\.example\.Hello\/[^/]+\/stable$/m
const KEY = 'publisher@example.org'
/** What Flatpak keeps in a summary for its clients; `summary --update` starts afresh. */
const FLATPAK_KEYS: readonly string[] = ['xa.cache', 'xa.cache-version', 'xa.sparse-cache']

/** Serves a repository on a free port until the test ends, and remembers what was asked for. */
async function serve(path: string): Promise<{ readonly url: string; readonly asked: string[] }> {
  const repo = await openRepo(await nodePlatform(), path)
  const asked: string[] = []
  const { url, close } = await listen({
    address: '127.0.0.1',
    port: 0,
    handle(request) {
      asked.push(request.target)
      return serveRequest(repo, request)
    },
    failed(error) {
      throw error
    },
  })
  onTestFinished(close)
  return { url, asked }
}

testInsideReference(
  'Flatpak installs an application and updates it over a delta from a repository of ours',
  async ({ ours }) => {
    // Short: GnuPG's agent listens at a path that may have 107 characters.
    const dir = mkdtempSync(join(tmpdir(), 'fp-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    const inside = async (...step: string[]) => {
      const { code, stdout, stderr } = await run('unshare', ['-mpf', 'bash', INSIDE, REFERENCE_ROOT, dir, ...step])
      if (code !== 0) throw new Error(`${step.join(' ')}: exit ${code}\n${stdout}${stderr}`)
      return stdout
    }
    const shop = join(dir, 'shop')
    const cli = async (command: string, ...args: string[]) => (await ours(command, `--repo=${shop}`, ...args)).stdout
    const sign = [`--gpg-sign=${KEY}`, `--gpg-homedir=${join(dir, 'home/gnupg')}`]
    /** A summary of our own, with what Flatpak's clients look for carried over, signed by the publisher. */
    const publish = async () => {
      const { metadata } = decodeSummary(readFileSync(join(shop, 'summary')))
      const carried = metadata
        .filter(([key]) => FLATPAK_KEYS.includes(key))
        .map(([key, value]) => `--add-metadata=${key}=${printVariant(value, { typeAnnotate: true })}`)
      expect(carried).toHaveLength(FLATPAK_KEYS.length)
      await cli('summary', '--update', ...carried, ...sign)
    }

    mkdirSync(join(dir, 'home'))
    await inside('make-key')
    await inside('export', '1')

    // We mirror what Flatpak made: every commit and the summary have to be signed by the publisher.
    await cli('init', '--mode=archive')
    const origin = await serve(join(dir, 'origin'))
    await cli(
      'remote',
      'add',
      'origin',
      origin.url,
      '--set=gpg-verify-summary=true',
      `--gpg-import=${join(dir, 'key.gpg')}`,
    )
    await cli('pull', '--mirror', 'origin')
    expect(origin.asked).toContain('/summary.sig')
    const app = APP.exec(await cli('refs'))?.[0] ?? ''
    expect(await cli('show', '--gpg-verify-remote=origin', app)).toContain(`Good signature from " <${KEY}>"`)
    await cli('fsck')

    // Flatpak installs from us.
    await publish()
    const { url, asked } = await serve(shop)
    await inside('remote-add', url)
    await inside('install')
    expect(await inside('hello')).toBe('#!/bin/sh\necho hello 1\n')
    expect(await inside('info')).toContain(`Commit: ${(await cli('rev-parse', app)).trim()}`)

    // And updates over a delta of ours.
    await inside('export', '2')
    await cli('pull', '--mirror', 'origin')
    await cli('static-delta', 'generate', app)
    await publish()
    asked.length = 0
    await inside('update')
    expect(await inside('hello')).toBe('#!/bin/sh\necho hello 2\n')
    expect(asked.filter((path) => /^\/deltas\/.*\/(superblock|0)$/.test(path))).toHaveLength(2)
    // Only the application store's own branch, which has no delta, came object by object: nothing of the application.
    const listing = await cli('ls', '-R', '-C', app)
    const files = [...listing.matchAll(/^-.* ([0-9a-f]{64}) /gm)].map(([, checksum = '']) => checksum)
    expect(files.length).toBeGreaterThan(2)
    const loose = asked.filter((path) => path.endsWith('.filez')).map((path) => path.slice(9, -6).replace('/', ''))
    expect(loose.filter((checksum) => files.includes(checksum))).toEqual([])
  },
  { timeout: 120_000 },
)
