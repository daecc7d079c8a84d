// Finding remotes, pulling from what was found, and copying to a volume: both commands on the same repositories.

import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import {
  type ReferenceContext,
  runOurs,
  runReference,
  testInsideReference,
  testWithReference,
} from '../../reference.ts'

const APPS = 'org.example.Apps'
const SYSTEM = 'org.example.System'
const KEY = 'finder@example.org'

interface World {
  readonly dir: string
  readonly gpgHome: string
  readonly local: string
}

/** Two signed collections behind remotes, a mirror of one of them, and a repository that knows all three. */
async function makeWorld({ dir, ostree }: ReferenceContext): Promise<World> {
  const gpgHome = join(dir, 'gnupg')
  mkdirSync(gpgHome, { mode: 0o700 })
  const gpg = (...args: string[]) => {
    const { status, stderr, stdout } = spawnSync('gpg', ['--homedir', gpgHome, '--batch', '--quiet', ...args])
    if (status !== 0) throw new Error(`gpg: ${stderr}`)
    return stdout
  }
  gpg('--passphrase', '', '--quick-gen-key', KEY, 'ed25519', 'sign', 'never')
  writeFileSync(join(dir, 'key.gpg'), gpg('--export', KEY))
  mkdirSync(join(dir, 'tree'))
  writeFileSync(join(dir, 'tree/file'), 'content\n')
  const sign = [`--gpg-sign=${KEY}`, `--gpg-homedir=${gpgHome}`]
  const publish = async (repo: string, collection: string, refs: readonly [string, string][]) => {
    await ostree('init', `--repo=${repo}`, '--mode=archive', `--collection-id=${collection}`)
    for (const [ref, time] of refs) {
      await ostree(
        'commit',
        `--repo=${repo}`,
        `--branch=${ref}`,
        `--timestamp=@${time}`,
        `--subject=${time}`,
        ...sign,
        'tree',
      )
    }
    await ostree('summary', `--repo=${repo}`, '--update', ...sign)
  }
  await publish('apps', APPS, [
    ['app1', '100'],
    ['app2', '200'],
  ])
  await publish('system', SYSTEM, [['os/amd64/main', '300']])
  const local = join(dir, 'local')
  await ostree('init', '--repo=local', '--mode=archive')
  const key = join(dir, 'key.gpg')
  for (const [name, collection] of [
    ['apps', APPS],
    ['system', SYSTEM],
  ] as const) {
    const url = `file://${dir}/${name}`
    await ostree('remote', 'add', '--repo=local', name, url, `--collection-id=${collection}`, `--gpg-import=${key}`)
  }
  return { dir, gpgHome, local }
}

async function same(
  dir: string,
  repo: string,
  args: readonly string[],
  under: readonly string[] = [],
): Promise<string> {
  const [theirs, ours] = [`${repo}-theirs`, `${repo}-ours`]
  for (const copy of [theirs, ours])
    cpSync(join(dir, repo), join(dir, copy), { recursive: true, verbatimSymlinks: true })
  const [command = '', ...rest] = args
  const expected = await runReference([command, `--repo=${theirs}`, ...rest], { cwd: dir, under })
  const actual = await runOurs([command, `--repo=${ours}`, ...rest], { cwd: dir, under })
  const told = ({ code, stdout, stderr }: typeof expected, copy: string) => ({
    code,
    stdout: stdout.replaceAll(copy, 'COPY'), // each works on a copy of its own
    stderr: stderr.replaceAll(copy, 'COPY'),
  })
  expect(told(actual, ours)).toEqual(told(expected, theirs))
  expect(refsBelow(join(dir, ours, 'refs'))).toEqual(refsBelow(join(dir, theirs, 'refs')))
  return actual.stdout
}

function refsBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      `${parentPath.slice(folder.length)}/${name}`,
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  )
}

testWithReference(
  'configured remotes: who has what, and the newest of it',
  async (context) => {
    const { dir, gpgHome } = await makeWorld(context)
    const { ostree } = context
    const lines: readonly (readonly string[])[] = [
      [APPS, 'app1'],
      [APPS, 'app1', SYSTEM, 'os/amd64/main'],
      [APPS, 'app2', APPS, 'app1', SYSTEM, 'os/amd64/main', APPS, 'none'],
      [APPS, 'none'],
      ['org.example.Nobody', 'app1'],
    ]
    const finding = ['find-remotes', '--finders=config']
    let index = 0
    const check = async (args: readonly string[]) => {
      const repo = `local${index++}`
      cpSync(join(dir, 'local'), join(dir, repo), { recursive: true, verbatimSymlinks: true })
      return same(dir, repo, args)
    }
    for (const words of lines) await check([...finding, ...words])
    expect(await check([...finding, ...lines[1]!])).toContain('2/2 refs were found.')
    for (const words of lines.slice(0, 3)) await check([...finding, '--pull', ...words])
    await check([...finding, '--pull', '--mirror', ...lines[1]!])

    // A second remote with an older commit of the ref is left out; with the same one it is a second result.
    await ostree('init', '--repo=mirror', '--mode=archive')
    await ostree(
      'remote',
      'add',
      '--repo=mirror',
      'system',
      `file://${dir}/system`,
      `--collection-id=${SYSTEM}`,
      `--gpg-import=${dir}/key.gpg`,
    )
    await ostree('pull', '--repo=mirror', '--mirror', 'system', 'os/amd64/main')
    await ostree('summary', '--repo=mirror', '--update')
    await ostree(
      'remote',
      'add',
      '--repo=local',
      'mirror',
      `file://${dir}/mirror`,
      `--collection-id=${SYSTEM}`,
      `--gpg-import=${dir}/key.gpg`,
    )
    expect(await check([...finding, SYSTEM, 'os/amd64/main'])).toContain('Result 1:')
    const sign = [`--gpg-sign=${KEY}`, `--gpg-homedir=${gpgHome}`]
    await ostree(
      'commit',
      '--repo=system',
      '--branch=os/amd64/main',
      '--timestamp=@400',
      '--subject=new',
      ...sign,
      'tree',
    )
    await ostree('summary', '--repo=system', '--update', ...sign)
    expect(await check([...finding, SYSTEM, 'os/amd64/main'])).not.toContain('Result 1:')
    await check([...finding, '--pull', SYSTEM, 'os/amd64/main'])
  },
  { timeout: 120_000 },
)

testWithReference('find-remotes: what is refused', async ({ dir, ostree }) => {
  await ostree('init', '--repo=repo', '--mode=archive')
  for (const words of [
    [],
    [APPS],
    [APPS, 'a', APPS],
    ['--mirror', APPS, 'a'],
    ['--finders=', APPS, 'a'],
    ['--finders=config,config', APPS, 'a'],
    ['--finders=moon', APPS, 'a'],
    ['nodots', 'a'],
    [APPS, 'bad..ref//'],
    [APPS, 'a'],
  ]) {
    const args = ['find-remotes', '--repo=repo', ...words]
    const [theirs, ours] = [await runReference(args, { cwd: dir }), await runOurs(args, { cwd: dir })]
    expect(ours, words.join(' ')).toEqual(theirs)
  }
})

testWithReference(
  'create-usb: the same repository, the same links, the same words',
  async (context) => {
    const { dir } = await makeWorld(context)
    const { ostree } = context
    await ostree('pull', '--repo=local', 'apps', 'app1', 'app2')
    await ostree('pull', '--repo=local', 'system', 'os/amd64/main')
    const elsewhere = mkdtempSync('/dev/shm/ostree-ts-') // another file system
    onTestFinished(() => rmSync(elsewhere, { recursive: true }))
    const commit = (await ostree('rev-parse', '--repo=local', 'apps:app1')).stdout.trim()
    for (const words of [
      ['stick', APPS, 'app1'],
      ['stick', APPS, 'app2', SYSTEM, 'os/amd64/main'],
      ['stick', '--destination-repo=some/place', APPS, 'app1'],
      ['stick', '--destination-repo=some/place', APPS, 'app2'],
      ['stick', '--destination-repo=ostree/repo', `--commit=${commit}`, APPS, 'app1'],
      ['stick', `--commit=${commit}`, APPS, 'app1', APPS, 'app2'],
      ['stick', APPS, 'none'],
      ['stick', 'nodots', 'app1'],
      ['stick', '--destination-repo=../../local', APPS, 'app1'],
      ['stick', `--destination-repo=${elsewhere}`, APPS, 'app1'],
      ['nosuch', APPS, 'app1'],
      ['stick'],
      ['stick', APPS],
      [],
    ]) {
      const outputs = []
      for (const [who, run] of [
        ['theirs', runReference],
        ['ours', runOurs],
      ] as const) {
        const cwd = join(dir, who)
        mkdirSync(join(cwd, 'stick'), { recursive: true })
        const { code, stdout, stderr } = await run(['create-usb', '--repo=../local', ...words], { cwd })
        outputs.push({ code, stdout, stderr })
      }
      expect(outputs[1], words.join(' ')).toEqual(outputs[0])
    }
    const places = (who: string) =>
      (readdirSync(join(dir, who, 'stick'), { recursive: true }) as string[])
        .filter((path) => !/\/tmp\/|summary/.test(path)) // each summary holds its time
        .sort()
        .map((path) =>
          path.endsWith('-generated') ? `${path} -> ${readlinkSync(join(dir, who, 'stick', path))}` : path,
        )
    expect(places('ours')).toEqual(places('theirs'))
    for (const repo of ['.ostree/repo', 'some/place', 'ostree/repo']) {
      await ostree('fsck', `--repo=ours/stick/${repo}`)
      const list = async (who: string) =>
        (await ostree('refs', `--repo=${who}/stick/${repo}`, '--collections', '-r')).stdout
      expect(await list('ours')).toBe(await list('theirs'))
    }
  },
  { timeout: 120_000 },
)

/** Runs a command where a disk image is mounted as a volume of a person, for that command alone. */
function withVolume(image: string): string[] {
  const mounts = 'mount --make-rprivate / && mount -t tmpfs media /media && mkdir /media/stick /media/.hidden'
  const script = `${mounts} && mount -o loop "$1" /media/stick && mount --bind /media/stick /media/.hidden && shift && exec "$@"`
  return ['unshare', '--mount', 'bash', '-c', script, 'bash', image]
}

// Mounting needs root, as running inside the reference's root does.
testInsideReference(
  'a mounted volume: what create-usb put there is found and pulled',
  async (context) => {
    const { dir } = await makeWorld(context)
    const { ostree } = context
    await ostree('pull', '--repo=local', 'apps', 'app1', 'app2')
    await ostree('pull', '--repo=local', 'system', 'os/amd64/main')
    const image = join(dir, 'disk')
    writeFileSync(image, '')
    truncateSync(image, 32 << 20)
    expect(spawnSync('mkfs.ext4', ['-q', '-F', image]).status).toBe(0)
    const under = withVolume(image)
    for (const words of [
      [APPS, 'app1', SYSTEM, 'os/amd64/main'],
      ['--destination-repo=other/place', APPS, 'app2'],
    ]) {
      const { code, stderr } = await runOurs(['create-usb', '--repo=local', '/media/stick', ...words], {
        cwd: dir,
        under,
      })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    }
    await ostree('init', '--repo=peer', '--mode=archive')
    for (const [name, collection] of [
      ['keys-apps', APPS],
      ['keys-system', SYSTEM],
    ] as const) {
      const options = [`--collection-id=${collection}`, `--gpg-import=${join(dir, 'key.gpg')}`]
      await ostree('remote', 'add', '--repo=peer', name, 'file:///nowhere', ...options)
    }
    const finding = ['find-remotes', '--finders=mount']
    const wanted = [APPS, 'app1', APPS, 'app2', SYSTEM, 'os/amd64/main', APPS, 'none']
    let index = 0
    const check = async (...args: readonly string[]) => {
      const repo = `peer${index++}`
      cpSync(join(dir, 'peer'), join(dir, repo), { recursive: true, verbatimSymlinks: true })
      return same(dir, repo, args, under)
    }
    expect(await check(...finding, ...wanted)).toContain('3/4 refs were found.')
    expect(await check(...finding, '--pull', ...wanted.slice(0, 6))).toContain('Pulled 3/3 refs successfully.')
    await check(...finding, '--pull', '--mirror', ...wanted.slice(0, 2))
    await check(...finding, 'org.example.Nobody', 'app1')
    await check('find-remotes', ...wanted.slice(0, 4)) // both finders; the configured remotes cannot be reached
  },
  { timeout: 120_000 },
)
