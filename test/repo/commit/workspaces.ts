// Folders in which `commit` is compared with the reference: for each repository mode one with a repository that has some
// history, trees to commit and files that options name. Each case gets two fresh copies.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runReference } from '../../reference.ts'
import { pseudoRandomBytes } from '../../seed.ts'
import { makeSampleTree } from './sample-tree.ts'

export const COMMIT_MODES = ['archive', 'bare', 'bare-user', 'bare-user-only'] as const
export type CommitMode = (typeof COMMIT_MODES)[number]

/** More than is read in one piece. */
const LARGE_BYTES = (1 << 20) + 12_345

/** Makes commits of both sides alike. */
export const TIMESTAMP = '1234567890'

/** What is done in both folders before the command under test. */
export interface Preparation {
  /** Lines for the reference, run first. */
  readonly ostree?: (mode: CommitMode) => readonly (readonly string[])[]
  readonly shell?: string
}

export class Workspaces {
  readonly #dir: string

  private constructor(dir: string) {
    this.#dir = dir
  }

  static async make(): Promise<Workspaces> {
    const workspaces = new Workspaces(
      mkdtempSync(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-commit-')),
    )
    for (const mode of COMMIT_MODES) await workspaces.#makeTemplate(mode)
    return workspaces
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true })
  }

  /** Two equal folders, made anew. */
  async pair(mode: CommitMode, prepare: Preparation = {}): Promise<{ readonly ours: string; readonly theirs: string }> {
    const ours = join(this.#dir, 'ours')
    const theirs = join(this.#dir, 'theirs')
    for (const copy of [ours, theirs]) {
      rmSync(copy, { recursive: true, force: true })
      execFileSync('cp', ['-a', join(this.#dir, mode), copy])
      for (const args of prepare.ostree?.(mode) ?? []) await insist(copy, ...args)
      if (prepare.shell !== undefined) shell(copy, prepare.shell)
    }
    return { ours, theirs }
  }

  async #makeTemplate(mode: CommitMode): Promise<void> {
    const dir = join(this.#dir, mode)
    mkdirSync(dir)
    await makeSampleTree(join(dir, 'tree'))
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(dir, name), text)
    writeFileSync(join(dir, 'not-utf8'), Uint8Array.of(0x61, 0xff))
    mkdirSync(join(dir, 'large'))
    writeFileSync(join(dir, 'large/random'), pseudoRandomBytes(LARGE_BYTES))
    writeFileSync(join(dir, 'large/zeros'), new Uint8Array(2 * LARGE_BYTES))
    shell(
      dir,
      `mkdir -p older/usr/lib overlay/usr/bin over-file/variant over-directory
       echo before > older/gone; echo old > older/variant; echo lib > older/usr/lib/old; chmod 750 older/usr
       echo new > overlay/usr/bin/tool; echo added > overlay/added; chmod 711 overlay/usr
       echo file > over-directory/usr
       mkdir -p etc-policy/etc usr-policy/usr/etc
       for policy in etc-policy/etc usr-policy/usr/etc; do
         mkdir -p $policy/selinux/sample/contexts/files $policy/selinux/sample/policy
         printf 'SELINUX=enforcing\\nSELINUXTYPE=sample\\n' > $policy/selinux/config
         cp file_contexts $policy/selinux/sample/contexts/files/file_contexts
         echo binary > $policy/selinux/sample/policy/policy.31
       done
       echo x > usr-policy/usr/etc/conf; ln -s conf usr-policy/usr/etc/link; mkdir usr-policy/etc; echo y > usr-policy/etc/conf
       mkdir -p kernel/usr/lib/modules/6.1; echo k > kernel/usr/lib/modules/6.1/vmlinuz`,
    )
    await insist(dir, 'init', '--repo=repo', `--mode=${mode}`)
    const first = ['--add-metadata-string=version=1', '--add-metadata=n=uint32 7', '--add-metadata-string=version=2']
    await insist(dir, 'commit', '--repo=repo', '-b', 'main', '-s', 'First', ...first, 'older')
    await insist(dir, 'commit', '--repo=repo', '-b', 'branch/with/parts', 'overlay')
  }
}

/** What the options that take a file are given, and a policy. */
const FILES = {
  file_contexts: `/.* system_u:object_r:default_t:s0
/etc(/.*)? system_u:object_r:etc_t:s0
/usr(/.*)? system_u:object_r:usr_t:s0
/usr/bin(/.*)? -- system_u:object_r:bin_t:s0
/usr/etc/.* -l system_u:object_r:link_t:s0
/variant -- <<none>>
/private -d system_u:object_r:private_t:s0
`,
  statoverride: '2048 /usr/bin/tool\n=384 /variant\n=448 /usr\n\n73 /same-1\n1 /\n',
  'statoverride-directory': '63 /empty\n',
  'statoverride-unmatched': '1 /x\n2 /y/z\n4 /variant\n8 /usr/bin/none\n16 /q\n=1 /never\n',
  'statoverride-malformed': '1 /x\nnonsense\n',
  'statoverride-numbers': '+1 /variant\n0x10 /same-1\n1e1 /same-2\n 2 /nothing\nword /large\n.5 /world-writable\n',
  'skip-list': '/usr/lib\n/variant\n/empty\n/link\n\n',
  'skip-list-unmatched': '/variant\n/one\n/two\n/three/four\n/usr/bin\n',
  message: 'line one\n\nline three\n',
}

async function insist(cwd: string, ...args: string[]): Promise<void> {
  const env = { SOURCE_DATE_EPOCH: TIMESTAMP }
  const { code, stderr } = await runReference(args, { cwd, env })
  if (code !== 0) throw new Error(`ostree ${args.join(' ')}: ${stderr}`)
}

function shell(cwd: string, script: string): void {
  execFileSync('/bin/sh', ['-eu', '-c', script], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}
