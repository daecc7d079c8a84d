import { expect, test } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import { KeyFile } from '../../src/keyfile/key-file.ts'
import { findBoolean, findStringList, findTristate, findValue } from '../../src/keyfile/optional.ts'

const CONFIG = `# made by hand
[core]
repo_version=1
  mode = bare-user
# about the remote

[remote "origin"]
url=https://example.com/\\srepo
branches=a;b\\;c;
[core]
mode=archive
`

const messageOf = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    if (isOstreeError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no error'
}

test('comments, order and repeated keys come back as they were when comments are kept', () => {
  const file = KeyFile.parse(CONFIG, { keepComments: true })
  expect(file.toText()).toBe(`# made by hand
[core]
repo_version=1
mode=bare-user
# about the remote

mode=archive
[remote "origin"]
url=https://example.com/\\srepo
branches=a;b\\;c;
`)
})

test('without comments one blank line stands between groups', () => {
  expect(KeyFile.parse(CONFIG).toText()).toBe(
    '[core]\nrepo_version=1\nmode=bare-user\n\nmode=archive\n[remote "origin"]\nurl=https://example.com/\\srepo\nbranches=a;b\\;c;\n',
  )
})

test('the later of two equal keys counts; values lose their escapes; lists are cut at unescaped separators', () => {
  const file = KeyFile.parse(CONFIG)
  expect(file.getString('core', 'mode')).toBe('archive')
  expect(file.getValue('remote "origin"', 'url')).toBe('https://example.com/\\srepo')
  expect(file.getString('remote "origin"', 'url')).toBe('https://example.com/ repo')
  expect(file.getStringList('remote "origin"', 'branches')).toEqual(['a', 'b;c'])
  expect(file.groups()).toEqual(['core', 'remote "origin"'])
  expect(file.keys('core')).toEqual(['repo_version', 'mode', 'mode'])
})

test('a key is added behind the last pair, a group at the end with a blank line before it', () => {
  const file = KeyFile.parse('[a]\nx=1\n# end of a\n', { keepComments: true })
  file.setString('a', 'y', ' two\nlines')
  file.setStringList('b', 'list', ['one', 'two;three'])
  file.setBoolean('c', 'flag', true)
  expect(file.toText()).toBe('[a]\nx=1\ny=\\stwo\\nlines\n# end of a\n[b]\nlist=one;two\\;three;\n\n[c]\nflag=true\n')
})

test('errors carry a code and the words of the reference', () => {
  const file = KeyFile.parse('[a]\nn=12x\nb=maybe\ne=x\\q\n')
  const messages = [
    () => file.getValue('z', 'k'),
    () => file.getValue('a', 'k'),
    () => file.getInteger('a', 'n'),
    () => file.getUint64('a', 'n'),
    () => file.getBoolean('a', 'b'),
    () => file.getString('a', 'e'),
    () => KeyFile.parse('x=1\n'),
    () => KeyFile.parse('[a]\nnonsense\n'),
    () => KeyFile.parse('[a\u0007]\n'),
    () => KeyFile.parse('[a]\nk[=1\n'),
    () => KeyFile.parse('[a]\nEncoding=latin1\n'),
    () => file.setString('a[', 'k', ''),
    () => file.setString('a', 'k=', ''),
  ].map(messageOf)
  expect(messages).toEqual([
    'KEY_FILE_GROUP_NOT_FOUND: Key file does not have group “z”',
    'KEY_FILE_KEY_NOT_FOUND: Key file does not have key “k” in group “a”',
    'KEY_FILE_INVALID_VALUE: Key file contains key “n” in group “a” which has a value that cannot be interpreted.',
    'KEY_FILE_INVALID_VALUE: Key “n” in group “a” has value “12x” where uint64 was expected',
    'KEY_FILE_INVALID_VALUE: Key file contains key “b” which has a value that cannot be interpreted.',
    'KEY_FILE_INVALID_VALUE: Key file contains key “e” which has a value that cannot be interpreted.',
    'KEY_FILE_SYNTAX: Key file does not start with a group',
    'KEY_FILE_SYNTAX: Key file contains line “nonsense” which is not a key-value pair, group, or comment',
    'KEY_FILE_SYNTAX: Invalid group name: a\u0007',
    'KEY_FILE_SYNTAX: Invalid key name: k[',
    'KEY_FILE_SYNTAX: Key file contains unsupported encoding “latin1”',
    'INVALID_ARGUMENT: Invalid group name: a[',
    'INVALID_ARGUMENT: Invalid key name: k=',
  ])
})

test('bytes that are not UTF-8 are written back, and are an error as text', () => {
  const bytes = Uint8Array.from([...new TextEncoder().encode('[a]\nk='), 0xff, 0xc3, 0x0a])
  const file = KeyFile.parse(bytes)
  file.setInteger('a', 'n', 1)
  expect([...file.toBytes()]).toEqual([...bytes, ...new TextEncoder().encode('n=1\n')])
  expect(messageOf(() => file.getString('a', 'k'))).toBe(
    'KEY_FILE_INVALID_VALUE: Key file contains key “k” with value “\ufffd\ufffd” which is not UTF-8',
  )
})

test('optional values: missing, tri-state, and a list with a choice of separators', () => {
  const file = KeyFile.parse('[a]\nt= yes \nu=maybe\nv=2\nl=x,y\nm=x;y,z\ns=alone\nb=1\n')
  expect(findValue(file, 'a', 'none')).toBeUndefined()
  expect(findValue(file, 'none', 'none')).toBeUndefined()
  expect(findBoolean(file, 'a', 'b')).toBe(true)
  expect(findBoolean(file, 'a', 'none')).toBeUndefined()
  expect(findTristate(file, 'a', 't')).toBe('yes')
  expect(findTristate(file, 'a', 'u')).toBe('maybe')
  expect(findTristate(file, 'a', 'none')).toBeUndefined()
  expect(messageOf(() => findTristate(file, 'a', 'v'))).toBe('KEY_FILE_INVALID_VALUE: Invalid tri-state value: 2')
  expect(findStringList(file, 'a', 'l', ';,')).toEqual(['x', 'y'])
  expect(findStringList(file, 'a', 's', ';,')).toEqual(['alone'])
  expect(findStringList(file, 'a', 'none', ';,')).toBeUndefined()
  expect(messageOf(() => findStringList(file, 'a', 'm', ';,'))).toBe(
    'KEY_FILE_INVALID_VALUE: key value list contains more than one separator',
  )
})
