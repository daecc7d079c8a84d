import { expect, test } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import { loadSelinuxPolicy, type PolicyFiles, type SelinuxPolicy } from '../../src/selinux/policy.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
/** Stands in for a digest: the first byte, repeated. */
const digest = (bytes: Uint8Array): Uint8Array => new Uint8Array(32).fill(bytes[0] ?? 0)

/** A root file system in memory: file contents by path. */
function rootOf(contents: Readonly<Record<string, string>>): PolicyFiles {
  return {
    root: '/root',
    readFile: (path) => (path in contents ? ascii(contents[path] ?? '') : undefined),
    listFiles: (path) => {
      const below = Object.keys(contents).filter((name) => name.startsWith(`${path}/`))
      return below.length === 0 ? undefined : below.map((name) => name.slice(path.length + 1))
    },
  }
}

const load = (contents: Readonly<Record<string, string>>): Promise<SelinuxPolicy | null> =>
  loadSelinuxPolicy(rootOf(contents), digest)

const messageOf = async (contents: Readonly<Record<string, string>>): Promise<string> => {
  try {
    await load(contents)
  } catch (error) {
    if (isOstreeError(error)) return error.message
    throw error
  }
  return 'no error'
}

const CONFIG = { 'etc/selinux/config': '# mode\nSELINUX=Permissive\nSELINUXTYPE= targeted \n' }
const FILES = 'etc/selinux/targeted/contexts/files/file_contexts'
const WHOLE = {
  ...CONFIG,
  [FILES]:
    '/.* u:r:default_t:s0\n/mnt -d u:r:mnt_t:s0\n/proc -d <<none>>\n/etc(/.*)? u:r:etc_t:s0\n/dev/null -c u:r:null_t:s0\n',
  [`${FILES}.local`]: '/etc/mine u:r:mine_t:s0\n',
  [`${FILES}.subs_dist`]: '/sysroot/etc /etc\n',
  'etc/selinux/targeted/policy/policy.4': 'x',
  'etc/selinux/targeted/policy/policy.31': 'A',
  'etc/selinux/targeted/policy/policy.31.old': 'x',
}

test('a policy in force: its name, the checksum of its newest binary, and labels', async () => {
  const policy = await load(WHOLE)
  expect(policy?.name).toBe('targeted')
  expect(policy?.checksum).toBe('41'.repeat(32))
  expect(policy?.label('/etc/passwd', 0o100644)).toBe('u:r:etc_t:s0')
  expect(policy?.label('/etc/mine', 0o100644)).toBe('u:r:mine_t:s0')
  expect(policy?.label('/sysroot/etc/x', 0o100644)).toBe('u:r:etc_t:s0')
  expect(policy?.label('/dev/null', 0o020666)).toBe('u:r:null_t:s0')
  expect(policy?.label('/dev/null', 0o100644)).toBe('u:r:default_t:s0')
})

test('/proc is labelled as /mnt; what is below it is not', async () => {
  const policy = await load(WHOLE)
  expect(policy?.label('/proc', 0o040755)).toBe('u:r:mnt_t:s0')
  expect(policy?.label('/proc/1', 0o040755)).toBe('u:r:default_t:s0')
})

test('the policy may stand in usr/etc', async () => {
  const moved = Object.fromEntries(Object.entries(WHOLE).map(([path, text]) => [`usr/${path}`, text]))
  expect((await load(moved))?.name).toBe('targeted')
})

test('no policy where there is none, or it is not in force', async () => {
  expect(await load({})).toBeNull()
  expect(await load({ ...WHOLE, 'etc/selinux/config': 'SELINUX=disabled\nSELINUXTYPE=targeted\n' })).toBeNull()
  expect(await load({ ...WHOLE, 'etc/selinux/config': ' SELINUX=enforcing\nselinux=enforcing\n' })).toBeNull()
})

test('errors are those of the reference', async () => {
  const whole = "With policy root '/root/etc/selinux/targeted': "
  const { [FILES]: _, ...withoutContexts } = WHOLE
  expect(await messageOf(withoutContexts)).toBe(`${whole}selabel_open(SELABEL_CTX_FILE): No such file or directory`)
  expect(await messageOf({ ...WHOLE, [FILES]: '/x\n' })).toBe(
    `${whole}selabel_open(SELABEL_CTX_FILE): Invalid argument`,
  )
  expect(await messageOf({ ...WHOLE, [FILES]: '/x a:b:c\n' })).toBe(
    `${whole}Failed to look up context of /: No such file or directory`,
  )
  expect(await messageOf({ ...WHOLE, [FILES]: '/.* a:b:c\n/x(y a:b:c\n' })).toBe(
    `${whole}Failed to look up context of /: Invalid argument`,
  )
  expect(await messageOf({ ...CONFIG, [FILES]: '/.* a:b:c\n' })).toBe(
    'While calculating SELinux checksum: opendir(/root/etc/selinux/targeted/policy): No such file or directory',
  )
  expect(await messageOf({ ...CONFIG, [FILES]: '/.* a:b:c\n', 'etc/selinux/targeted/policy/x': '' })).toBe(
    'While calculating SELinux checksum: Could not find binary policy file',
  )
})
