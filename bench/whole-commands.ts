// How long do whole commands take, beside the reference's, on the /usr of the reference's root (640 MB, 21,000 files)?
// And does memory stay bounded when a tree holds one file of 4 GiB? Both run in one go, by turns, on warm caches.

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Measure, measure, median } from './measure.ts'
import { makeSecondVersion } from './second-version.ts'

export interface Tool {
  readonly name: 'reference' | 'ours'
  readonly command: readonly string[]
}

interface Case {
  readonly name: string
  /** The most that ours may take, as a multiple of the reference's time; `undefined` where only memory counts. */
  readonly limit: number | undefined
  readonly tree: 'usual' | 'big'
  /** Arguments to run before, untimed, with the reference. `DIR` is fresh, `TREE` the tree, `REPO` one that holds it. */
  readonly before: readonly string[]
  readonly run: string
  /** Default: {@link PEAK_LIMIT_MEBIBYTES}. */
  readonly peakLimitMebibytes?: number
}

const COMMIT = 'commit --repo=DIR/repo -b main --tree=dir=TREE --timestamp=@0'
const committing = (mode: string, limit: number): Case => ({
  name: `commit to ${mode}`,
  limit,
  tree: 'usual',
  before: [`init --repo=DIR/repo --mode=${mode}`],
  run: COMMIT,
})
const reading = (name: string, limit: number, run: string, before: readonly string[] = []): Case => ({
  name,
  limit,
  tree: 'usual',
  before,
  run,
})
const big = (name: string, run: string, before: readonly string[]): Case => ({
  name,
  limit: undefined,
  tree: 'big',
  before,
  run,
})

/** `DELTA-NAME` is a delta of the reference's: `first` makes the tree from nothing, `update` its second version. */
const applying = (name: string, delta: string, before: readonly string[]): Case => ({
  name,
  limit: 1.0,
  tree: 'usual',
  before,
  run: `static-delta apply-offline --repo=DIR/repo ${delta}`,
  peakLimitMebibytes: 400,
})

/** `SOURCE-NAME` is the archive that the reference's delta of that name is made from. */
const generating = (name: string, limit: number, run: string): Case => ({
  name,
  limit,
  tree: 'usual',
  before: [],
  run: `static-delta generate --filename=DIR/superblock ${run}`,
  peakLimitMebibytes: 400,
})

/** `REPO-MODE` is a repository that the reference has filled. Limits: what the first release has to show. */
const CASES: readonly Case[] = [
  committing('archive', 0.5),
  committing('bare', 0.8),
  committing('bare-user', 0.8),
  reading('fsck (archive)', 0.8, 'fsck --repo=REPO-archive'),
  reading('fsck (bare)', 0.8, 'fsck --repo=REPO-bare'),
  reading('checkout by copy (from archive)', 0.8, 'checkout --repo=REPO-archive main DIR/out'),
  reading('checkout by copy (from bare)', 0.8, 'checkout --repo=REPO-bare -C main DIR/out'),
  reading('checkout by hard link (bare)', 1.0, 'checkout --repo=REPO-bare -H main DIR/out'),
  reading('checkout by hard link (bare-user)', 1.0, 'checkout --repo=REPO-bare-user -U main DIR/out'),
  reading('pull-local (archive to archive)', 0.8, 'pull-local --repo=DIR/repo REPO-archive main', [
    'init --repo=DIR/repo --mode=archive',
  ]),
  reading('pull-local (archive to bare)', 0.8, 'pull-local --repo=DIR/repo REPO-archive main', [
    'init --repo=DIR/repo --mode=bare',
  ]),
  applying('apply a delta (second version, bare)', 'DELTA-update', [
    'init --repo=DIR/repo --mode=bare',
    'pull-local --repo=DIR/repo REPO-bare main',
  ]),
  applying('apply a delta (from nothing, bare)', 'DELTA-first', ['init --repo=DIR/repo --mode=bare']),
  applying('apply a delta (from nothing, bare-user)', 'DELTA-first', ['init --repo=DIR/repo --mode=bare-user']),
  generating('make a delta (second version)', 1.0, '--repo=SOURCE-update --from=main second'),
  generating('make a delta (from nothing)', 0.6, '--repo=SOURCE-first --empty main'),
  reading('pull-local (bare to archive)', 0.8, 'pull-local --repo=DIR/repo REPO-bare main', [
    'init --repo=DIR/repo --mode=archive',
  ]),
  reading('ls -R (archive)', 1.0, 'ls -R --repo=REPO-archive main'),
  reading('ls -R (bare)', 1.0, 'ls -R --repo=REPO-bare main'),
  reading('ls -R (bare-user)', 1.0, 'ls -R --repo=REPO-bare-user main'),
  big('commit one 4 GiB file to archive', COMMIT, ['init --repo=DIR/repo --mode=archive']),
  big('commit one 4 GiB file to bare', COMMIT, ['init --repo=DIR/repo --mode=bare']),
  big('check out one 4 GiB file', 'checkout --repo=DIR/repo main DIR/out', [
    'init --repo=DIR/repo --mode=archive',
    COMMIT,
  ]),
]

const PEAK_LIMIT_MEBIBYTES = 250
const BIG_BYTES = 4 * 1024 ** 3

export interface BenchRequest {
  readonly tree: string
  readonly rounds: number
  /** Only cases whose name holds this. */
  readonly only: string
  readonly reference: Tool
  readonly ours: Tool
}

interface Row {
  readonly case: Case
  readonly reference: Measure
  readonly ours: Measure
}

/** Runs the cases and answers the report, in Markdown. */
export async function benchWholeCommands(request: BenchRequest): Promise<string> {
  const dir = mkdtempSync(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-bench-'))
  try {
    const bench = new Bench(request, dir)
    const rows: Row[] = []
    for (const one of CASES.filter(({ name }) => name.includes(request.only))) rows.push(await bench.row(one))
    return report(rows, request)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

class Bench {
  readonly #request: BenchRequest
  readonly #dir: string
  readonly #repos = new Map<string, string>()
  readonly #deltas = new Map<string, string>()
  readonly #sources = new Map<string, string>()
  #bigTree: string | undefined

  constructor(request: BenchRequest, dir: string) {
    this.#request = request
    this.#dir = dir
  }

  async row(one: Case): Promise<Row> {
    const { reference, ours, rounds } = this.#request
    const taken = { reference: [] as Measure[], ours: [] as Measure[] }
    for (let round = 0; round < (one.tree === 'big' ? 1 : rounds); round++) {
      for (const tool of [reference, ours]) taken[tool.name].push(await this.#once(one, tool))
    }
    const row = { case: one, reference: median(taken.reference), ours: median(taken.ours) }
    console.log(line(row))
    return row
  }

  async #once(one: Case, tool: Tool): Promise<Measure> {
    const dir = join(this.#dir, 'run')
    mkdirSync(dir)
    try {
      for (const before of one.before) await this.#run(this.#request.reference, before, dir, one)
      await this.#command(one.run, dir, one) // fills the repositories that it reads
      spawnSync('sync') // what earlier rounds left to write would else be charged to this one
      return await this.#run(tool, one.run, dir, one)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }

  async #run(tool: Tool, text: string, dir: string, one: Case): Promise<Measure> {
    return measure([...tool.command, ...(await this.#command(text, dir, one))], dir)
  }

  async #command(text: string, dir: string, one: Case): Promise<string[]> {
    const tree = one.tree === 'big' ? this.#big() : this.#request.tree
    let filled = text.replaceAll('DIR', dir).replaceAll('TREE', tree)
    for (const [name, mode = ''] of text.matchAll(/REPO-([a-z-]+)/g)) {
      filled = filled.replaceAll(name, await this.#repo(mode))
    }
    for (const [name, delta = ''] of text.matchAll(/DELTA-([a-z]+)/g)) {
      filled = filled.replaceAll(name, await this.#delta(delta))
    }
    for (const [name, delta = ''] of text.matchAll(/SOURCE-([a-z]+)/g)) {
      filled = filled.replaceAll(name, await this.#source(delta))
    }
    return filled.split(' ')
  }

  /** The reference makes it once, from a repository of its own. */
  async #delta(name: string): Promise<string> {
    const known = this.#deltas.get(name)
    if (known !== undefined) return known
    const repo = await this.#source(name)
    const folder = join(this.#dir, `delta-${name}`)
    mkdirSync(folder)
    const which = name === 'update' ? ['--from=main', 'second'] : ['--empty', 'main']
    const file = `--filename=${join(folder, 'superblock')}`
    await this.#reference('static-delta', 'generate', `--repo=${repo}`, '--min-fallback-size=0', file, ...which)
    this.#deltas.set(name, folder)
    return folder
  }

  /** An archive with the tree as `main` and, for `update`, its second version as `second`. */
  async #source(name: string): Promise<string> {
    const known = this.#sources.get(name)
    if (known !== undefined) return known
    const repo = join(this.#dir, `of-${name}`)
    await this.#reference('init', `--repo=${repo}`, '--mode=archive')
    await this.#reference('pull-local', `--repo=${repo}`, await this.#repo('archive'), 'main')
    if (name === 'update') {
      const second = join(this.#dir, 'second')
      cpSync(this.#request.tree, second, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
      makeSecondVersion(second)
      await this.#reference('commit', `--repo=${repo}`, '-b', 'second', `--tree=dir=${second}`, '--timestamp=@1')
      rmSync(second, { recursive: true })
    }
    this.#sources.set(name, repo)
    return repo
  }

  #reference(...words: string[]): Promise<Measure> {
    return measure([...this.#request.reference.command, ...words], this.#dir)
  }

  /** A repository of that mode with the tree in it; the reference makes it once. */
  async #repo(mode: string): Promise<string> {
    const known = this.#repos.get(mode)
    if (known !== undefined) return known
    const { reference, tree } = this.#request
    const repo = join(this.#dir, mode)
    await measure([...reference.command, 'init', `--repo=${repo}`, `--mode=${mode}`], this.#dir)
    const commit = ['commit', `--repo=${repo}`, '-b', 'main', `--tree=dir=${tree}`, '--timestamp=@0']
    await measure([...reference.command, ...commit], this.#dir)
    this.#repos.set(mode, repo)
    return repo
  }

  /** Sparse: its bytes are read, hashed and compressed like any others, and cost the disk nothing. */
  #big(): string {
    if (this.#bigTree === undefined) {
      this.#bigTree = join(this.#dir, 'big')
      mkdirSync(this.#bigTree)
      writeFileSync(join(this.#bigTree, 'file'), 'start')
      truncateSync(join(this.#bigTree, 'file'), BIG_BYTES)
    }
    return this.#bigTree
  }
}

const seconds = ({ seconds: value }: Measure): string => `${value.toFixed(value < 10 ? 2 : 1)} s`
const mebibytes = ({ peakMebibytes: value }: Measure): string => (value === undefined ? '' : `${value.toFixed(0)} MiB`)

function line({ case: { name, limit, peakLimitMebibytes }, reference, ours }: Row): string {
  const peakLimit = peakLimitMebibytes ?? PEAK_LIMIT_MEBIBYTES
  const ratio = ours.seconds / reference.seconds
  const verdicts = [
    ...(limit !== undefined && ratio > limit ? [`over ${limit} x`] : []),
    ...((ours.peakMebibytes ?? 0) > peakLimit ? [`over ${peakLimit} MiB`] : []),
  ]
  const cells = [
    name,
    seconds(reference),
    seconds(ours),
    `${ratio.toFixed(2)} x`,
    limit === undefined ? '' : `${limit.toFixed(1)} x`,
    mebibytes(reference),
    mebibytes(ours),
    verdicts.join(', ') || 'met',
  ]
  return `| ${cells.join(' | ')} |`
}

function report(rows: readonly Row[], { rounds }: BenchRequest): string {
  const cpu = cpus()[0]?.model ?? 'unknown processor'
  return `# Whole commands beside the reference

\`npm run bench\` writes this page. The tree is the /usr of the reference's root; medians of ${rounds} rounds, by turns, on warm
caches; peaks are the highest seen. Measured on ${cpus().length} cores (${cpu}), Node ${process.versions.node}.

| command | reference | ours | ratio | at most | peak, reference | peak, ours | |
|---|--:|--:|--:|--:|--:|--:|---|
${rows.map(line).join('\n')}

Memory may be at most ${PEAK_LIMIT_MEBIBYTES} MiB, 400 MiB where deltas are made or applied.
`
}
