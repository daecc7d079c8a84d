// A repository's config after `ostree config set`, `config unset` and `remote add`: the bytes that KeyFile writes.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { KeyFile } from '../../src/keyfile/key-file.ts'
import { testWithReference } from '../reference.ts'

const START = `# a comment at the top
[core]
repo_version=1
 mode = bare-user

# about what follows
[ex-integrity]
composefs=false
[remote "origin"]
  # indented
url=https://example.com/repo
gpg-verify=false

[core]
locking=true
`

testWithReference(
  'the config that the reference rewrites is the config that KeyFile writes',
  async ({ ostree, repo }) => {
    await ostree('init', `--repo=${repo}`, '--mode=bare-user')
    const path = join(repo, 'config')
    await writeFile(path, START)
    let text = START
    const change = async (args: string[], edit: (file: KeyFile) => void): Promise<void> => {
      await ostree(...args, `--repo=${repo}`)
      const file = KeyFile.parse(text).copy()
      edit(file)
      text = file.toText()
      expect(text, args.join(' ')).toBe(await readFile(path, 'utf8'))
    }
    await change(['config', 'set', 'core.fsync', 'false'], (file) => file.setString('core', 'fsync', 'false'))
    await change(['config', 'set', 'new.key', ' leading; and\ttab\n'], (file) =>
      file.setString('new', 'key', ' leading; and\ttab\n'),
    )
    await change(['config', 'set', 'core.locking', 'false'], (file) => file.setString('core', 'locking', 'false'))
    await change(
      ['remote', 'add', '--set=branches=x', '--no-gpg-verify', 'second', 'https://example.com/2'],
      (file) => {
        file.setString('remote "second"', 'url', 'https://example.com/2')
        file.setString('remote "second"', 'branches', 'x')
        file.setBoolean('remote "second"', 'gpg-verify', false)
      },
    )
    await change(['config', 'unset', 'new.key'], (file) => file.removeKey('new', 'key'))
    await change(['remote', 'delete', 'origin'], (file) => file.removeGroup('remote "origin"'))
    await change(['config', 'set', '--group=remote "third"', 'url', 'x'], (file) =>
      file.setString('remote "third"', 'url', 'x'),
    )
  },
)
