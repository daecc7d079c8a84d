// `commit` beside the reference's: the same lines of options on equal folders must print the same, exit the same, and
// leave the same repository and the same files behind.

import { lstatSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, vi } from 'vitest'
import { parseChecksum } from '../../../src/objects/checksum.ts'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import { readObjectSizes } from '../../../src/repo/commit/read-object-sizes.ts'
import { openRepo } from '../../../src/repo/repo.ts'
import { readCommit } from '../../../src/repo/store/read-object.ts'
import { runInProcess } from '../../cli/in-process.ts'
import { type Output, referenceMissing, runReference, testWithReference } from '../../reference.ts'
import { repoContents } from './repo-contents.ts'
import { COMMIT_MODES, type CommitMode, type Preparation, TIMESTAMP, Workspaces } from './workspaces.ts'

interface Case {
  /** The words after `commit --repo=repo`. */
  readonly line: string
  /** Default: archive alone, where the mode makes no difference. */
  readonly modes?: readonly CommitMode[]
  readonly before?: Preparation
  /** Times of objects need not be equal: both sides moved files of their own into the repository. */
  readonly adopts?: boolean
}

const DEFAULT_MODES: readonly CommitMode[] = ['archive']

/** A checkout whose files are links to the repository's objects, as far as the mode has such. */
const checkout = (mode: CommitMode): readonly string[][] => {
  const links = { archive: ['-U'], bare: ['-H'], 'bare-user': ['-U', '-H'], 'bare-user-only': ['-U', '-H'] } as const
  return [
    ['commit', '--repo=repo', '-b', 'linked', 'tree'],
    ['checkout', '--repo=repo', ...links[mode], 'linked', 'checkout'],
  ]
}
const HARDLINKED = { ostree: checkout } as const
const POLICY_COMMIT: Preparation = { ostree: () => [['commit', '--repo=repo', '-b', 'policy', 'usr-policy']] }
/** A file that was edited in place, one that was replaced, one that is new. */
const EDITED = {
  shell:
    'echo more >> checkout/variant; rm checkout/same-1; echo other > checkout/same-1; echo x > checkout/added; touch -h -d @5 checkout/variant',
}
const ALL = COMMIT_MODES

const CASES: readonly Case[] = [
  // Directories
  { line: '-b new tree --table-output', modes: ALL },
  { line: '-b main -s Subject -m Body tree', modes: ALL },
  { line: '-b main --tree=dir=tree' },
  { line: '-b main --tree=dir=tree/' },
  { line: '-b main --tree=dir=nowhere' },
  { line: '-b main --tree=dir=variant-file', before: { shell: 'echo x > variant-file' } },
  { line: '-b main --tree=dir=link', before: { shell: 'ln -s tree link' } },
  { line: '-b main --tree=dir=link/', before: { shell: 'ln -s tree link' } },
  { line: '-b main tree ignored arguments' },
  { line: '-b main -- tree' },
  { line: '-b main tree', before: { shell: 'mkfifo tree/usr/pipe' } },
  { line: '-b main tree', before: { shell: 'mkdir -p tree/usr/unreadable; rm -r tree/usr/lib' } },
  {
    line: '-b main tree',
    before: { shell: 'mkdir old; for n in a "b\\$(printf "\\377\\376")"; do touch "tree/$n"; done' },
  },
  { line: '-b main tree', before: { shell: 'mkdir "tree/usr/x$(printf "\\200")"' } },
  { line: '-b main tree', before: { shell: 'chmod 0 tree/private' } },
  // Several trees
  { line: '-b main --tree=dir=tree --tree=dir=overlay --table-output', modes: ALL },
  { line: '-b main --tree=dir=overlay --tree=dir=tree --tree=dir=older' },
  { line: '-b main --tree=dir=tree --tree=dir=over-file' },
  { line: '-b main --tree=dir=tree --tree=dir=over-directory' },
  { line: '-b main --tree=ref=main', modes: ALL },
  { line: '-b main --tree=ref=main --tree=dir=tree --table-output', modes: ALL },
  { line: '-b main --tree=dir=tree --tree=ref=main --table-output', modes: ALL },
  { line: '-b main --tree=ref=main --tree=ref=branch/with/parts --table-output' },
  { line: '-b main --tree=ref=branch/with/parts --tree=ref=main --tree=ref=branch/with/parts' },
  { line: '-b main --tree=ref=none' },
  { line: '-b main --tree=ref=0000000000000000000000000000000000000000000000000000000000000000' },
  { line: '-b main --tree=dir' },
  { line: '-b main --tree=zip=tree' },
  { line: '-b main --tree=' },
  { line: '-b main --base=main --tree=dir=overlay', modes: ALL },
  { line: '-b main --base=main --tree=ref=branch/with/parts --owner-uid=3', modes: ALL },
  { line: '-b main --base=none --tree=dir=overlay' },
  { line: '-b main --base=main^ --tree=dir=overlay' },
  // Owners, modes, attributes
  { line: '-b main --canonical-permissions tree', modes: ALL },
  { line: '-b main --canonical-permissions --owner-uid=0 --owner-gid=0 tree' },
  { line: '-b main --canonical-permissions --owner-uid=1 tree' },
  { line: '-b main --canonical-permissions --owner-gid=1 tree' },
  { line: '-b main --owner-uid=5 --owner-gid=0x10 tree --table-output', modes: ALL },
  { line: '-b main --owner-uid=-5 --owner-gid=7 tree' },
  { line: '-b main --owner-uid=x tree' },
  { line: '-b main --no-xattrs tree', modes: ALL },
  { line: '-b main --mode-ro-executables tree', modes: ALL },
  { line: '-b main --statoverride=statoverride tree', modes: ALL },
  { line: '-b main --statoverride=statoverride --mode-ro-executables --owner-uid=1 tree' },
  { line: '-b main --statoverride=statoverride --canonical-permissions tree', modes: ALL },
  { line: '-b main --statoverride=statoverride --tree=dir=tree --tree=dir=tree' },
  { line: '-b main --statoverride=statoverride-directory tree' },
  { line: '-b main --statoverride=statoverride-unmatched tree' },
  { line: '-b main --statoverride=statoverride-malformed tree' },
  { line: '-b main --statoverride=statoverride-numbers tree' },
  { line: '-b main --statoverride=nowhere tree' },
  { line: '-b main --statoverride=tree tree' },
  { line: '-b main --statoverride=not-utf8 tree' },
  { line: '-b main --skip-list=skip-list tree --table-output', modes: ALL },
  { line: '-b main --skip-list=skip-list --tree=dir=tree --tree=dir=tree' },
  { line: '-b main --skip-list=skip-list-unmatched tree' },
  { line: '-b main --skip-list=nowhere tree' },
  { line: '-b main --skip-list=root tree', before: { shell: 'echo / > root' } },
  // The same on stored trees, which are then looked at file by file
  { line: '-b main --owner-uid=7 --tree=ref=main --table-output', modes: ALL },
  { line: '-b main --no-xattrs --tree=ref=linked', modes: ALL, before: HARDLINKED },
  { line: '-b main --canonical-permissions --tree=ref=linked', modes: ALL, before: HARDLINKED },
  { line: '-b main --skip-list=skip-list --tree=ref=linked --table-output', modes: ALL, before: HARDLINKED },
  { line: '-b main --statoverride=statoverride --tree=ref=linked', modes: ALL, before: HARDLINKED },
  { line: '-b main --mode-ro-executables --tree=ref=linked', modes: ALL, before: HARDLINKED },
  // Parents and refs
  { line: 'tree' },
  { line: '--orphan tree' },
  { line: '--orphan -b main tree' },
  { line: '--orphan --bind-ref=one --bind-ref=another tree' },
  { line: '-b main --parent=none tree' },
  { line: '-b main --parent=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef tree' },
  { line: '-b main --parent=main tree' },
  { line: '-b remote:main tree' },
  { line: '-b branch/with tree' },
  { line: '-b main/below tree' },
  { line: '-b not/../good tree' },
  { line: '-b ABCDEF0123456789 tree' },
  { line: '-b 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef tree' },
  { line: '-b main --no-bindings tree' },
  { line: '-b main --bind-ref=zz --bind-ref=aa --bind-ref=main tree' },
  { line: '-b main --skip-if-unchanged --tree=ref=main' },
  { line: '-b main --skip-if-unchanged tree --table-output' },
  { line: '-b main --skip-if-unchanged --parent=none --tree=ref=main' },
  // Metadata
  { line: '-b main --add-metadata-string=a=b --add-metadata=c=1 --add-metadata-string=d=e=f= tree' },
  { line: '-b main --add-metadata=l=[1,2,3] --add-metadata=t=(1,true) --add-metadata=v=<1> tree' },
  { line: '-b main --add-metadata-string=nothing tree' },
  { line: '-b main --add-metadata=nothing tree' },
  { line: '-b main --add-metadata=key=nonsense tree' },
  { line: '-b main --add-metadata=key= tree' },
  { line: '-b main --add-metadata-string==empty tree' },
  { line: '-b main --add-metadata-string=ostree.collection-binding=c --add-metadata-string=ostree.ref-binding=r tree' },
  { line: '-b main --keep-metadata=version --keep-metadata=n tree' },
  { line: '-b main --keep-metadata=none tree' },
  { line: '-b new --keep-metadata=version tree' },
  { line: '--orphan --keep-metadata=version tree' },
  { line: '-b main --add-detached-metadata-string=a=b --add-detached-metadata-string=a=c tree', modes: ALL },
  { line: '-b main --add-detached-metadata-string=nothing tree' },
  { line: '-b main --bootable --tree=dir=kernel --add-metadata-string=version=3 --add-metadata-string=version=4' },
  { line: '-b main --bootable --tree=dir=tree' },
  { line: '-b main --bootable --tree=dir=older' },
  { line: '-b main --bootable --tree=dir=empty', before: { shell: 'mkdir empty' } },
  { line: '-b main --bootable --tree=dir=kernel', before: { shell: 'mkdir kernel/usr/lib/modules/6.2' } },
  {
    line: '-b main --bootable --tree=dir=kernel',
    before: { shell: 'cp -a kernel/usr/lib/modules/6.1 kernel/usr/lib/modules/6.2' },
  },
  // Messages and times
  { line: '-b main -F message -m lost tree' },
  { line: '-b main --body-file=nowhere tree' },
  { line: '-b main --body-file=not-utf8 tree' },
  { line: '-b main --subject= --body= tree' },
  { line: '-b main --timestamp=@1000 tree' },
  { line: '-b main --timestamp=@-1 tree' },
  { line: '-b main --timestamp=2020-02-30T00:00:00Z tree' },
  { line: '-b main --timestamp=nonsense tree' },
  // Links into the repository
  { line: '-b main --link-checkout-speedup --table-output checkout', modes: ALL, before: HARDLINKED },
  { line: '-b main -I --table-output checkout', modes: ALL, before: HARDLINKED },
  { line: '-b main --link-checkout-speedup --table-output checkout', modes: ALL, before: { ...HARDLINKED, ...EDITED } },
  { line: '-b main -I --table-output checkout', modes: ALL, before: { ...HARDLINKED, ...EDITED } },
  { line: '-b main --link-checkout-speedup --owner-uid=9 --table-output checkout', modes: ALL, before: HARDLINKED },
  { line: '-b main -I --skip-list=skip-list --table-output checkout', modes: ALL, before: HARDLINKED },
  { line: '-b main --link-checkout-speedup --no-xattrs --table-output checkout', modes: ALL, before: HARDLINKED },
  // Consuming
  { line: '-b main --consume --table-output tree', modes: ALL, adopts: true },
  { line: '-b main --consume --canonical-permissions --table-output tree', modes: ALL, adopts: true },
  { line: '-b main --consume --skip-list=skip-list tree', modes: ALL, adopts: true },
  { line: '-b main --consume --owner-uid=0 --no-xattrs --table-output tree', modes: ALL, adopts: true },
  { line: '-b main --consume --tree=dir=tree --tree=ref=main', modes: ['bare'], adopts: true },
  {
    line: '-b main --consume --link-checkout-speedup --table-output checkout',
    modes: ALL,
    before: HARDLINKED,
    adopts: true,
  },
  { line: '-b main --consume -I --table-output checkout', modes: ALL, before: HARDLINKED, adopts: true },
  { line: '-b main --consume --table-output checkout', modes: ALL, before: HARDLINKED, adopts: true },
  // Syncing, labels, the rest
  { line: '-b main --fsync=false tree', modes: ALL },
  { line: '-b main --fsync=none --add-detached-metadata-string=a=b --consume tree', modes: ALL, adopts: true },
  { line: '-b main --fsync=yes tree' },
  { line: '-b main --fsync=maybe tree' },
  { line: '-b main --disable-fsync tree' },
  { line: '-b main --selinux-labeling-epoch=1 tree' },
  { line: '-b main --selinux-labeling-epoch=2 tree' },
  { line: '-b main --selinux-policy=/ -P tree' },
  { line: '-b main --selinux-policy=nowhere tree' },
  { line: '-b main --selinux-policy=older tree' },
  { line: '-b main --selinux-policy=etc-policy tree --table-output', modes: ALL },
  { line: '-b main --selinux-policy=etc-policy --no-xattrs tree', modes: ALL },
  { line: '-b main --selinux-policy=etc-policy --canonical-permissions --owner-uid=0 tree', modes: ALL },
  { line: '-b main --selinux-policy=etc-policy --selinux-labeling-epoch=1 usr-policy', modes: ['archive', 'bare'] },
  { line: '-b main --selinux-policy=usr-policy --tree=ref=linked', modes: ['archive', 'bare'], before: HARDLINKED },
  { line: '-b main -P usr-policy' },
  { line: '-b main -P --tree=dir=usr-policy --tree=dir=tree --selinux-labeling-epoch=1' },
  { line: '-b main -P --tree=dir=older --tree=dir=usr-policy' },
  { line: '-b main -P --tree=ref=policy --tree=dir=tree', before: POLICY_COMMIT },
  { line: '-b main -P --base=policy --tree=dir=tree', before: POLICY_COMMIT },
  { line: '-b main -P --base=policy --tree=tar=none.tar', before: POLICY_COMMIT },
  { line: '-b main -P --tree=tar=none.tar' },
  { line: '-b main -P --tree=ref=none' },
  { line: '-b main -P --link-checkout-speedup --table-output checkout', modes: ALL, before: HARDLINKED },
  // Large files
  { line: '-b main large --table-output', modes: ALL },
  { line: '-b main --tree=dir=large --tree=dir=large --table-output', modes: ALL },
  { line: '-b main --consume --table-output large', modes: ALL, adopts: true },
]

let workspaces: Workspaces

beforeAll(async () => {
  vi.stubEnv('SOURCE_DATE_EPOCH', TIMESTAMP)
  if (referenceMissing === undefined) workspaces = await Workspaces.make()
})
afterAll(() => {
  vi.unstubAllEnvs()
  workspaces?.remove()
})

async function compare({ line, before, adopts = false }: Case, mode: CommitMode): Promise<void> {
  const { ours, theirs } = await workspaces.pair(mode, before)
  const argv = ['commit', '--repo=repo', ...line.split(' ').filter((word) => word !== '')]
  const [their, our] = await Promise.all([runReference(argv, { cwd: theirs }), runInProcess(argv, { cwd: ours })])
  const words = ({ code, stdout, stderr }: Output, dir: string) => ({
    code,
    stdout,
    stderr: stderr.replaceAll(dir, 'HERE'),
  })
  expect(words(our, ours)).toEqual(words(their, theirs))
  const options = { ignoreTimes: adopts }
  expect(await repoContents(join(ours, 'repo'), options)).toEqual(await repoContents(join(theirs, 'repo'), options))
  expect(leftovers(ours)).toEqual(leftovers(theirs))
  // What a failed transaction leaves for the next depends on how early it failed.
  if (their.code === 0) expect(temporaryFiles(ours)).toEqual(temporaryFiles(theirs))
}

/** The files outside the repository. */
function leftovers(dir: string): string {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((path) => path !== 'repo' && !path.startsWith('repo/'))
    .map((path) => {
      const stat = lstatSync(join(dir, path), { throwIfNoEntry: false }) // none: the name is not UTF-8
      return `${stat?.mode.toString(8)} ${stat?.nlink} ${path}`
    })
    .sort()
    .join('\n')
}

/** Without the random part of a staging folder's name. */
const temporaryFiles = (dir: string) => readdirSync(join(dir, 'repo/tmp')).map((name) => name.replace(/-\w{6}$/, ''))

testWithReference('the sizes of objects, and their packed size as it is in this repository', async () => {
  const { ours, theirs } = await workspaces.pair('archive')
  const argv = ['commit', '--repo=repo', '-b', 'main', '--generate-sizes', '--tree=dir=large', '--tree=dir=tree']
  expect((await runReference(argv, { cwd: theirs })).code).toBe(0)
  expect((await runInProcess(argv, { cwd: ours })).code).toBe(0)
  const platform = await nodePlatform({ workers: 1 })
  const openCommit = async (dir: string) => {
    const { store } = await openRepo(platform, join(dir, 'repo'))
    const checksum = (await readFile(join(dir, 'repo/refs/heads/main'), 'utf8')).trim()
    return { store, sizes: readObjectSizes(await readCommit(store, parseChecksum(checksum))) }
  }
  const our = await openCommit(ours)
  const their = await openCommit(theirs)
  // Another zlib packs to another size, which is checked against the files instead.
  const unpacked = our.sizes.map(({ archived: _, ...rest }) => rest)
  expect(unpacked).toEqual(their.sizes.map(({ archived: _, ...rest }) => rest))
  expect(unpacked.length).toBeGreaterThan(30)
  for (const { checksum, type, archived } of our.sizes) {
    const path = await our.store.locateHere({ checksum, type })
    expect(lstatSync(path ?? '').size).toBe(archived)
  }
})

for (const mode of COMMIT_MODES) {
  describe(`commit to ${mode}`, () => {
    for (const each of CASES.filter(({ modes = DEFAULT_MODES }) => modes.includes(mode))) {
      testWithReference(each.line, () => compare(each, mode))
    }
  })
}
