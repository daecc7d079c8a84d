// Command lines made from a seed: commits, checkouts and what else changes or reads a repository, with options as they
// come.

import { below, pick, type Random } from '../tar/fuzz.ts'

export const MODES = ['archive', 'bare', 'bare-user', 'bare-user-only'] as const
export type Mode = (typeof MODES)[number]

/** Words of a command line; `TREE` stands for a fresh copy of the tree, `REPO` for the repository. */
export type Line = readonly string[]

/** Commits and paths in them, for --from-file and --from-stdin. */
export const CHECKOUT_LIST = 'main\0/\0main\0/a\0'
const FILE_CONTEXTS = [
  '/.*\tsystem_u:object_r:default_t:s0',
  '/usr(/.*)?\tsystem_u:object_r:usr_t:s0',
  '/etc(/.*)?\t-d\tsystem_u:object_r:etc_t:s0',
  '/a(/.*)?\t-l\t<<none>>',
  '/.*\\.txt\t--\tsystem_u:object_r:text_t:s0',
  '',
].join('\n')

const maybe = (random: Random, chance: number, ...words: string[]): string[] => (random() < chance ? words : [])

/**
 * Files that options refer to, written before each command runs.
 * @param paths - Entries of the tree, so that the rules in them mostly match something.
 */
export function optionFiles(random: Random, paths: readonly string[]): Readonly<Record<string, string>> {
  const rules = (prefixes: readonly string[]) => {
    const chosen = paths.filter((path) => !path.includes('\n') && random() < 0.2).slice(0, 4)
    if (random() < 0.05) chosen.push('/nosuch')
    return chosen.map((path) => `${pick(random, prefixes)}${path}\n`).join('')
  }
  return {
    statoverride: rules(['+2048 ', '=384 ', '1024 ', '+0 ']),
    skip: rules(['']),
    body: 'from a file\n\nwith lines\n',
    list: CHECKOUT_LIST,
    'policy/etc/selinux/config': 'SELINUX=enforcing\nSELINUXTYPE=mine\n',
    'policy/etc/selinux/mine/policy/policy.33': 'binary',
    'policy/etc/selinux/mine/contexts/files/file_contexts': FILE_CONTEXTS,
  }
}

export interface CommitSituation {
  /** How many commits were tried before. */
  readonly number: number
  /** Some files of the tree have several names. */
  readonly hasHardLinks: boolean
  /** A commit of the repository, if there is one. */
  readonly parent: string | undefined
}

export function commitLine(random: Random, mode: Mode, { number, hasHardLinks, parent }: CommitSituation): Line {
  const subject = pick(random, ['', 'subject', 'ünï', 'two\nlines', "it's"])
  const line = [
    'commit',
    '--repo=REPO',
    '-b',
    number === 0 ? 'main' : pick(random, ['main', 'main', 'other', 'deep/er']),
    `--timestamp=@${1_600_000_000 + number * 1000}`,
  ]
  line.push(
    ...maybe(random, 0.7, '-s', subject),
    ...maybe(random, 0.2, '-m', 'a body'),
    ...maybe(random, 0.1, '-F', 'body'),
  )
  line.push(...treeWords(random, number))
  line.push(...maybe(random, 0.15, `--owner-uid=${pick(random, [0, 1000])}`), ...maybe(random, 0.15, '--owner-gid=5'))
  line.push(...maybe(random, 0.2, '--canonical-permissions'), ...maybe(random, 0.1, '--mode-ro-executables'))
  if (mode === 'bare-user-only' || random() < 0.15) line.push('--no-xattrs')
  line.push(...maybe(random, 0.15, '--statoverride=statoverride'), ...maybe(random, 0.15, '--skip-list=skip'))
  for (let count = below(random, 4); count > 0; count--) {
    line.push(`--add-metadata-string=key${below(random, 30)}=value ${count}`)
    line.push(
      ...maybe(
        random,
        0.5,
        `--add-metadata=typed${below(random, 30)}=${random() < 0.02 ? 'nonsense(' : pick(random, ['uint64 5', "['a', 'b']", '<1>', 'true', "b'x'", '{1: 2}'])}`,
      ),
    )
  }
  line.push(...maybe(random, 0.1, '--add-detached-metadata-string=note=detached'))
  line.push(...maybe(random, 0.1, '--bind-ref=bound'), ...maybe(random, 0.1, '--no-bindings'))
  // A parent that is not there crashes the reference together with --skip-if-unchanged.
  line.push(...maybe(random, 0.1, `--parent=${random() < 0.5 ? 'none' : (parent ?? 'none')}`))
  line.push(...maybe(random, 0.1, '--skip-if-unchanged'), ...selinuxWords(random, 0.12))
  line.push(...maybe(random, 0.04, '--bootable'), ...maybe(random, 0.05, '-I'))
  line.push(...maybe(random, 0.2, '--generate-sizes'), ...maybe(random, 0.1, '--table-output'))
  // The reference changes the mode of a file that it takes in, under whatever other names it has (commit.test.ts).
  if (mode !== 'bare-user-only' || !hasHardLinks) line.push(...maybe(random, 0.15, '--consume'))
  line.push(...maybe(random, 0.1, '--link-checkout-speedup'))
  line.push(
    ...maybe(random, 0.1, '--fsync=false'),
    ...maybe(random, 0.02, '--keep-metadata=key1'),
    ...maybe(random, number === 0 ? 0 : 0.05, '--orphan'),
  )
  return line
}

/** `policy` stands for a root with a policy, which is written with the option files. */
function selinuxWords(random: Random, chance: number): string[] {
  if (random() >= chance) return []
  return [
    random() < 0.9 ? '--selinux-policy=policy' : '--selinux-policy-from-base',
    ...maybe(random, 0.3, `--selinux-labeling-epoch=${below(random, 2)}`),
  ]
}

function treeWords(random: Random, number: number): string[] {
  const kind = random()
  if (random() < 0.15) {
    const filter = pick(random, ['^usr/,etc/', '^a,b', '^(.*)$,x/\\1', 'etc,'])
    return [
      '--tree=tar=TREE.tar',
      ...maybe(random, 0.6, '--tar-autocreate-parents'),
      ...maybe(random, 0.3, `--tar-pathname-filter=${filter}`),
    ]
  }
  if (number === 0 || kind < 0.6) return random() < 0.5 ? ['--tree=dir=TREE'] : ['TREE']
  if (kind < 0.7) return ['--tree=ref=main']
  if (kind < 0.85) return ['--tree=ref=main', '--tree=dir=TREE']
  if (kind < 0.95) return ['--base=main', '--tree=dir=TREE']
  return ['--tree=dir=TREE', '--tree=dir=TREE/a']
}

/** Which of -U and -H go together in which mode; now and then a pair that does not. */
const LINKING: Readonly<Record<Mode, readonly (readonly string[])[]>> = {
  archive: [[], ['-U'], ['-U', '-C'], []],
  bare: [[], ['-H'], ['-C'], ['-U'], ['-U', '-C']],
  'bare-user': [[], ['-U'], ['-U', '-H'], ['-C'], ['-U', '-C']],
  'bare-user-only': [[], ['-U'], ['-U', '-H'], ['-H'], ['-C']],
}

export function checkoutLine(random: Random, mode: Mode): Line {
  const linking =
    random() < 0.1 ? [...maybe(random, 0.5, '-U'), ...maybe(random, 0.5, '-H')] : pick(random, LINKING[mode])
  const line = [
    'checkout',
    '--repo=REPO',
    ...linking,
    ...pick(random, [[], [], [], ['--union'], ['--union-add'], ['--union-identical']]),
  ]
  line.push(...maybe(random, 0.15, '--whiteouts'), ...maybe(random, 0.1, '--process-passthrough-whiteouts'))
  if (random() < 0.1) line.push('--selinux-policy=policy', ...maybe(random, 0.5, '--selinux-prefix=/usr'))
  if (random() < 0.07) return [...line, '--union', pick(random, ['--from-file=list', '--from-stdin']), 'checkout']
  line.push(
    ...maybe(random, 0.1, `--subpath=${pick(random, ['/', '/a', '/usr', '/nosuch', 'etc'])}`),
    ...maybe(random, 0.1, '--allow-noent'),
  )
  line.push(
    ...maybe(random, 0.1, '-M'),
    ...maybe(random, 0.1, '--skip-list=skip'),
    ...maybe(random, 0.1, '--fsync=false'),
  )
  // An archive's cache is filled in hash-table order by the reference; what it holds is compared elsewhere.
  if (mode === 'archive') line.push('--disable-cache')
  return [...line, random() < 0.9 ? 'main' : pick(random, ['main^', 'other', 'nosuch']), 'checkout']
}

export function readingLines(random: Random): Line[] {
  const lines: Line[] = [
    ['ls', '--repo=REPO', '-R', ...maybe(random, 0.5, '-C'), ...maybe(random, 0.5, '-X'), 'main'],
    ['log', '--repo=REPO', 'main'],
    ['show', '--repo=REPO', ...maybe(random, 0.5, '--raw'), 'main'],
    ['refs', '--repo=REPO', '--list'],
    ['diff', '--repo=REPO', 'main'],
    ['rev-parse', '--repo=REPO', 'main^'],
    ['prune', '--repo=REPO', '--no-prune', ...maybe(random, 0.5, '--refs-only'), '--depth=0'],
  ]
  return lines.filter(() => random() < 0.4)
}
