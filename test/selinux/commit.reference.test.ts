// The labels that `ostree commit --selinux-policy` gives a tree: those of our policy, loaded from the same root.

import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { loadSelinuxPolicy, policyFilesAt } from '../../src/selinux/policy.ts'
import { testWithReference } from '../reference.ts'

const CONTEXTS = `/.* system_u:object_r:default_t:s0
/usr(/.*)? system_u:object_r:usr_t:s0
/usr/bin/.* -- system_u:object_r:bin_t:s0
/usr/bin/.*\\.sh -l system_u:object_r:script_t:s0
/usr/etc/.* system_u:object_r:usretc_t:s0
/etc/.* system_u:object_r:etc_t:s0
/usr/lib/none(/.*)? <<none>>
/proc -d <<none>>
/mnt -d system_u:object_r:mnt_t:s0
/usr/lib/a\\.b -- system_u:object_r:ab_t:s0
`

testWithReference(
  'a commit of the reference carries the labels that our policy gives',
  async ({ ostree, repo, dir }) => {
    const policyRoot = join(dir, 'policy')
    const files = join(policyRoot, 'etc/selinux/mine/contexts/files')
    await mkdir(files, { recursive: true })
    await mkdir(join(policyRoot, 'etc/selinux/mine/policy'))
    await writeFile(join(policyRoot, 'etc/selinux/config'), 'SELINUX=enforcing\nSELINUXTYPE=mine\n')
    await writeFile(join(policyRoot, 'etc/selinux/mine/policy/policy.33'), 'binary')
    await writeFile(join(files, 'file_contexts'), CONTEXTS)
    await writeFile(join(files, 'file_contexts.subs_dist'), '/usr/lib64 /usr/lib\n/opt/bin /usr/bin\n')
    const tree = join(dir, 'tree')
    for (const path of ['usr/bin', 'usr/etc', 'usr/lib/none', 'usr/lib64', 'proc', 'opt/bin', 'mnt']) {
      await mkdir(join(tree, path), { recursive: true })
    }
    for (const path of [
      'usr/bin/ls',
      'usr/bin/x.sh',
      'usr/etc/passwd',
      'usr/lib/none/f',
      'usr/lib/a.b',
      'usr/lib64/a.b',
    ]) {
      await writeFile(join(tree, path), path)
      await chmod(join(tree, path), 0o644)
    }
    await writeFile(join(tree, 'opt/bin/é'), 'é')
    await symlink('ls', join(tree, 'usr/bin/link.sh'))

    await ostree('init', `--repo=${repo}`, '--mode=bare-user')
    await ostree(
      'commit',
      `--repo=${repo}`,
      '-b',
      'x',
      `--tree=dir=${tree}`,
      `--selinux-policy=${policyRoot}`,
      '--owner-uid=0',
    )
    const { stdout } = await ostree('ls', '-R', '-X', `--repo=${repo}`, 'x')
    const lines = stdout.trimEnd().split('\n')
    expect(lines.length).toBe(19)

    const platform = await nodePlatform()
    const policy = await loadSelinuxPolicy(policyFilesAt(platform, policyRoot), (bytes) => platform.sha256Once(bytes))
    expect(policy?.name).toBe('mine')
    const TYPES: Readonly<Record<string, number>> = { d: 0o040000, '-': 0o100000, l: 0o120000 }
    for (const line of lines) {
      const { kind, mode, xattrs, path } =
        /^(?<kind>[dl-])(?<mode>0\d+) .*?\{ (?<xattrs>.*) \} (?<path>\/.*?)(?: -> .*)?$/.exec(line)?.groups ?? {}
      const label = /'security\.selinux', b'([^']*)'/.exec(xattrs ?? '')?.[1] ?? null
      expect(policy?.label(path ?? '', (TYPES[kind ?? ''] ?? 0) | Number.parseInt(mode ?? '', 8)), line).toBe(label)
    }
  },
)
