// The Node platform under the contract on XFS, whose files can share extents: a file system in a loop file.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { sample } from './contract/support.ts'
import { testPlatform } from './contract.ts'

function mount(): { readonly base: string } | { readonly missing: string } {
  if (process.getuid?.() !== 0) return { missing: 'mounting a loop file needs root' }
  if (spawnSync('mkfs.xfs', ['-V']).status !== 0) return { missing: 'no mkfs.xfs (package xfsprogs)' }
  const folder = mkdtempSync(join(tmpdir(), 'ostree-ts-xfs-'))
  const [image, base] = [join(folder, 'image'), join(folder, 'mounted')]
  const commands: [string, ...string[]][] = [
    ['truncate', '-s', '512M', image],
    ['mkfs.xfs', '-q', '-m', 'reflink=1', image],
    ['mkdir', base],
    ['mount', '-o', 'loop', image, base],
  ]
  afterAll(() => {
    spawnSync('umount', [base])
    rmSync(folder, { recursive: true })
  })
  for (const [program, ...args] of commands) {
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    if (status !== 0) return { missing: `${program} failed: ${stderr.trim()}` }
  }
  return { base }
}

const mounted = mount()

if ('missing' in mounted) test('Node on XFS', (context) => context.skip(mounted.missing))
else {
  const { base } = mounted
  testPlatform('Node on XFS', async () => {
    return { platform: await nodePlatform({ workers: 1 }), base, posix: true, reflinks: true }
  })

  test('reflink and copyFile take no space for what they share', async () => {
    const { fs } = await nodePlatform({ workers: 1 })
    const freeAfterSync = async () => {
      await fs.syncFileSystem(base)
      const { freeBlocks, blockSizeBytes } = await fs.space(base)
      return freeBlocks * blockSizeBytes
    }
    const before = await freeAfterSync()
    await fs.writeFile(join(base, 'big'), sample(20_000_000))
    const written = await freeAfterSync()
    await fs.reflink(join(base, 'big'), join(base, 'shared'))
    await fs.copyFile(join(base, 'big'), join(base, 'copied'))
    expect(before - written).toBeGreaterThan(19_000_000)
    expect(written - (await freeAfterSync())).toBeLessThan(1_000_000)
  })
}
