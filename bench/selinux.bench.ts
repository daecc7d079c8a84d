// How long the labels of a whole system take: 21,000 paths looked up in a policy of 6,000 lines, which is what a commit
// with --selinux-policy does. The first pass compiles the patterns it meets. The lines are spread as in the reference
// policy: half of them without special characters, most of the others below two plain folders. Prints processor time,
// which a busy machine does not stretch as it does wall time.

import { FileContexts } from '../src/selinux/file-contexts.ts'

const LINES = 6000
const PATHS = 21_000
const LIMIT_MS = 2000

const FOLDERS = ['usr', 'etc', 'var', 'opt', 'run', 'srv', 'lib', 'boot', 'root', 'home']
const INNER = ['bin', 'sbin', 'lib', 'lib64', 'share', 'libexec', 'log', 'cache', 'spool', 'local', 'systemd', 'pam.d']
const SHAPES = [
  '(/.*)?',
  '/.*',
  '',
  '/[^/]+',
  '.*\\.so(\\.[^/]*)*',
  '/(.*/)?bin(/.*)?',
  '\\.conf',
  '/[^/]*\\.pid',
  '[0-9]*',
]

/** The same numbers every time (a linear congruence). */
function* numbers(): Generator<(limit: number) => number> {
  let state = 1
  const next = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % limit
  }
  for (;;) yield next
}
const random = numbers().next().value as (limit: number) => number
const pick = (list: readonly string[]): string => list[random(list.length)] ?? ''

function makePolicy(): Uint8Array {
  const lines = ['/.* system_u:object_r:default_t:s0', '/usr/.* system_u:object_r:usr_t:s0']
  while (lines.length < LINES) {
    const folder = random(500) === 0 ? '/[^/]+' : `/${pick(FOLDERS)}`
    const path = `${folder}/${pick(INNER)}/d${random(700)}${random(3) === 0 ? `/f${random(50)}` : ''}${pick(SHAPES)}`
    const type = ['', ' --', ' -d', ''][random(4)] ?? ''
    lines.push(`${path}${type} system_u:object_r:t${random(400)}_t:s0`)
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`)
}

const policy = makePolicy()
const paths = Array.from({ length: PATHS }, () => {
  const deep = Array.from({ length: random(4) }, () => `f${random(50)}`).join('/')
  return `/${pick(FOLDERS)}/${pick(INNER)}/d${random(700)}${deep === '' ? '' : `/${deep}`}${pick(['', '.conf', '.so.1', '7'])}`
})

let labelled = 0
const time = (work: () => void): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return Math.round((user + system) / 1000)
}
let contexts: FileContexts | undefined
const loadMs = time(() => {
  contexts = FileContexts.parse({ contexts: policy })
})
const pass = (): void => {
  for (const path of paths) if (contexts?.lookup(path, 0o100644) != null) labelled += 1
}
const firstMs = time(pass)
console.table({ load: { ms: loadMs }, 'first pass': { ms: firstMs }, 'second pass': { ms: time(pass) } })
if (labelled !== 2 * PATHS) throw new Error('every path has a label here')
if (loadMs + firstMs > LIMIT_MS) throw new Error(`slower than ${LIMIT_MS} ms`)
