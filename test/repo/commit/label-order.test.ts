// Where a SELinux label stands among the attributes in the header of a .filez. The header that is hashed has them in
// order; the one that is stored does not always.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import { runOurs, runReference, testWithReference } from '../../reference.ts'

const POLICY: Readonly<Record<string, string>> = {
  'etc/selinux/config': 'SELINUX=enforcing\nSELINUXTYPE=mine\n',
  'etc/selinux/mine/policy/policy.33': 'binary',
  'etc/selinux/mine/contexts/files/file_contexts': '/.*\tsystem_u:object_r:default_t:s0\n',
}
const BEFORE_THE_LABEL = 'security.capability'
const BEHIND_THE_LABEL = 'user.a'

/** Commits that label what they take from a directory, and then what the repository holds unlabelled. */
const COMMITS = [
  ['-b', 'plain', '--tree=dir=tree'],
  ['-b', 'stored', '--selinux-policy=policy', '--tree=ref=plain'],
  ['-b', 'fresh', '--selinux-policy=policy', '--owner-uid=7', '--tree=dir=tree'],
]

testWithReference('labels of files from directories and from commits', async ({ dir, ostree }) => {
  for (const [path, text] of Object.entries(POLICY)) {
    mkdirSync(join(dir, 'policy', path, '..'), { recursive: true })
    writeFileSync(join(dir, 'policy', path), text)
  }
  mkdirSync(join(dir, 'tree'))
  const { xattrs } = await nodePlatform()
  if (xattrs === null) throw new Error('this test needs extended attributes')
  for (const name of ['one', 'two']) {
    writeFileSync(join(dir, 'tree', name), name)
    await xattrs.set(join(dir, 'tree', name), BEHIND_THE_LABEL, new TextEncoder().encode(name))
  }
  if (process.getuid?.() === 0) {
    const capability = new Uint8Array([1, 0, 0, 2, ...new Array<number>(16).fill(0)])
    await xattrs.set(join(dir, 'tree/two'), BEFORE_THE_LABEL, capability)
  }
  for (const [repo, run] of [
    ['theirs', runReference],
    ['ours', runOurs],
  ] as const) {
    await ostree('init', `--repo=${repo}`, '--mode=archive')
    for (const line of COMMITS) {
      const { code, stderr } = await run(['commit', `--repo=${repo}`, '--timestamp=@1', ...line], { cwd: dir })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    }
  }
  const ours = headersIn(join(dir, 'ours/objects'))
  expect(Object.keys(ours)).toHaveLength(6)
  expect(ours).toEqual(headersIn(join(dir, 'theirs/objects')))
})

/** The header of each .filez: its length stands before it. */
function headersIn(objects: string): Record<string, string> {
  const names = (readdirSync(objects, { recursive: true }) as string[]).filter((name) => name.endsWith('.filez')).sort()
  return Object.fromEntries(
    names.map((name) => {
      const bytes = readFileSync(join(objects, name))
      return [name, bytes.subarray(8, 8 + bytes.readUInt32BE(0)).toString('latin1')]
    }),
  )
}
