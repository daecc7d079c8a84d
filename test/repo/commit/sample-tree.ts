// A small tree with one of everything that a commit treats differently.

import { chmod, lchown, link, mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodePlatform } from '../../../src/platform/node/platform.ts'

const AS_ROOT = process.getuid?.() === 0
/** Makes `path` and fills it. `variant` changes one file's bytes. */
export async function makeSampleTree(path: string, variant = 'one'): Promise<void> {
  const at = (name: string) => join(path, name)
  const folder = async (name: string, mode = 0o755) => {
    await mkdir(at(name), { recursive: true })
    await chmod(at(name), mode)
  }
  const file = async (name: string, content: string | Uint8Array, mode = 0o644) => {
    await writeFile(at(name), content)
    await chmod(at(name), mode)
  }
  for (const name of ['usr/bin', 'usr/etc', 'usr/lib/deep/er/still', 'empty', 'etc']) await folder(name)
  await folder('private', 0o700)
  await folder('sticky', 0o1777)
  await folder('setgid', 0o2775)
  await file('variant', variant)
  await file('usr/bin/tool', '#!/bin/sh\n', 0o755)
  await file('usr/bin/group-writable', 'group', 0o775)
  await file('usr/lib/deep/er/still/here', 'deep')
  await file('usr/etc/conf', 'a=b\n', 0o600)
  await file('etc/conf', 'a=b\n')
  await file('nothing', '')
  await file('unreadable-to-others', 'secret', 0o400)
  await file('world-writable', 'w', 0o666)
  await file('same-1', 'same bytes')
  await file('same-2', 'same bytes')
  await link(at('same-1'), at('hard-link'))
  for (const name of ['with space', 'ümläut', '日本語', '\u{1f600}', 'new\nline', 'quo"te', '\uffee', '\u{10000}']) {
    await file(name, `called ${name}`)
  }
  await symlink('variant', at('link'))
  await symlink('/nowhere/at all', at('dangling'))
  await symlink('usr/lib', at('link-to-directory'))
  await utimes(at('variant'), 1000, 2000)

  const { xattrs } = await nodePlatform({ workers: 1 })
  if (xattrs !== null) {
    await xattrs.set(at('variant'), 'user.zebra', new Uint8Array([0, 1, 2, 255]))
    await xattrs.set(at('variant'), 'user.ape', new Uint8Array(0))
    await xattrs.set(at('usr'), 'user.on-a-directory', new TextEncoder().encode('yes'))
  }
  if (!AS_ROOT) return
  await file('setuid', 'suid', 0o4755)
  await lchown(at('etc/conf'), 1000, 1001)
  await lchown(at('link'), 12, 34)
  await lchown(at('private'), 42, 43)
  await file('owned-setgid', 'x')
  await lchown(at('owned-setgid'), 7, 8)
  await chmod(at('owned-setgid'), 0o2755)
}
