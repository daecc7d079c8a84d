// `ostree commit --add-metadata=KEY=VALUE` of the reference: the values it stores and the messages it prints.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import { parseVariant } from '../../src/gvariant/parse-text.ts'
import type { Variant } from '../../src/gvariant/value.ts'
import { decodeVariant } from '../../src/gvariant/variant.ts'
import { runReference, testWithReference } from '../reference.ts'

const TEXTS = [
  ...[
    "'text'",
    '"it\'s"',
    "b'bytes'",
    '5',
    '-5',
    '0x10',
    '010',
    '0b11',
    '1.5',
    '1e3',
    'true',
    'nothing',
    '@ms nothing',
  ],
  ...[
    'uint64 18446744073709551615',
    'byte 0xff',
    '@ay []',
    '@as []',
    '[1, 2, 3]',
    "['a', 'b']",
    "{'k': <1>}",
    '(1, 2)',
    '()',
  ],
  ...[
    '<<uint32 1>>',
    "objectpath '/a/b'",
    "signature 'a{sv}'",
    '[just 5, nothing]',
    "'\\u00e9\\n'",
    "'ünï'",
    ' 7 ',
    '@mmi 3',
  ],
  ...[
    "'a",
    'foo',
    '[1, "a"]',
    '[]',
    '@zz 1',
    '<5',
    '%i',
    '1 2',
    '1e400',
    '08',
    'byte 256',
    '(1)',
    '{1',
    "objectpath 'x'",
    '',
  ],
] as const

testWithReference(
  'the same values and the same messages',
  async ({ dir, ostree, repo }) => {
    const tree = join(dir, 'tree')
    await mkdir(tree)
    await writeFile(join(tree, 'file'), '')
    await ostree('init', `--repo=${repo}`, '--mode=archive')
    for (const text of TEXTS) {
      const args = ['commit', `--repo=${repo}`, '--orphan', '--no-bindings', `--add-metadata=k=${text}`, tree]
      const { code, stdout, stderr } = await runReference(args)
      let ours: Variant | undefined
      let message = ''
      try {
        ours = parseVariant(text)
      } catch (error) {
        if (!isOstreeError(error, 'INVALID_VARIANT_TEXT')) throw error
        message = `error: Parsing k=${text}: ${error.message}\n`
      }
      expect(stderr, text).toBe(message)
      expect(code, text).toBe(ours === undefined ? 1 : 0)
      if (ours === undefined) continue
      const checksum = stdout.trim()
      const file = join(repo, 'objects', checksum.slice(0, 2), `${checksum.slice(2)}.commit`)
      const { value } = decodeVariant('(a{sv}aya(say)sstayay)', new Uint8Array(await readFile(file)))
      expect((value as readonly unknown[])[0], text).toEqual([['k', ours]])
    }
  },
  { timeout: 120_000 },
)
