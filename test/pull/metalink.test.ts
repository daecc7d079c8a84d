// Metalinks, good and bad: the same answer and the same words as the reference, with the same place in the document.

import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import { parseMetalink } from '../../src/pull/fetch/metalink.ts'
import { seen } from '../cli/in-process.ts'
import { testWithReference } from '../reference.ts'
import { both, servedRepo, twoClients } from './remote-fixture.ts'

const ATTRIBUTES = "protocol='http' type='http' location='US' preference='100'"

interface Known {
  readonly url: string
  readonly size: number
  readonly sha256: string
  readonly sha512: string
}

const file = (inner: string) => `<metalink><files><file name='summary'>${inner}</file></files></metalink>`
const target = (hash: string, resources: string) => (known: Known) =>
  file(
    `<size>${known.size}</size><verification>${hash.replace('SHA256', known.sha256).replace('SHA512', known.sha512)}</verification><resources>${resources.replaceAll('URL', known.url)}</resources>`,
  )
const GOOD_HASH = "<hash type='sha256'>SHA256</hash>"
const GOOD_URL = `<url ${ATTRIBUTES}>URL/summary</url>`

const DOCUMENTS: readonly (string | ((known: Known) => string))[] = [
  '',
  'bacon',
  '<metalink>',
  '<metalink',
  "<metalink a='",
  '<!-- ',
  '<metalink></metalnk>',
  '<metalink></metalink>',
  '<metalink></metalink>x',
  '<metalink/><b/>',
  '</a>',
  '<a><b></a></b>',
  '<metalink a=b></metalink>',
  "<metalink a='b' a='c'></metalink>",
  '<metalink x></metalink>',
  '< metalink></metalink>',
  '<1metalink></1metalink>',
  '<metalink>&foo;</metalink>',
  '<metalink>&#0;</metalink>',
  '<metalink>&#xzz;</metalink>',
  '<metalink>&;</metalink>',
  '<metalink>& </metalink>',
  '<metalink>\n&bogus</metalink>',
  '<metalink>\n\n<files>\n  <file nam="x"/></files></metalink>',
  '<metalink/ ></metalink>',
  '<metalink></ metalink>',
  '<metalink></metalink x>',
  '<metalink *></metalink>',
  '<!DOCTYPE x><!-- hi --><metalink><![CDATA[x]]></metalink>',
  '<metalink><files></files></metalink>',
  '<metalink><files><file></file></files></metalink>',
  "<metalink><files><file name='x'></file></files></metalink>",
  "<metalink><files><file name='summary' foo='bar'></file></files></metalink>",
  "<metalink><files><file name='summary' name='b'/></files></metalink>",
  file(''),
  file('<resources><url/></resources>'),
  file('<size>0</size><resources><url/></resources>'),
  file('<size>6</size><resources><url/></resources>'),
  file('<size>6</size><verification><hash/></verification><resources><url/></resources>'),
  file("<size>6</size><verification><hash type='md5'>x</hash></verification><resources><url/></resources>"),
  file("<size>6</size><verification><hash type='sha256'>bacon</hash></verification>"),
  target(GOOD_HASH, '<url/>'),
  target(GOOD_HASH, "<url protocol='http'>URL/summary</url>"),
  target(GOOD_HASH, `<url ${ATTRIBUTES} foo='z'>URL/summary</url>`),
  target(GOOD_HASH, ''),
  target(GOOD_HASH, `<url ${ATTRIBUTES}>not a url</url>`),
  target(GOOD_HASH, `<url ${ATTRIBUTES}>URL/none</url>`),
  target(GOOD_HASH, `<url ${ATTRIBUTES}>URL/config</url><url ${ATTRIBUTES.replace('http', 'ftp')}>URL/summary</url>`),
  target("<hash type='sha512'>bacon</hash>", GOOD_URL),
  target(`<hash type='sha256'>${'0'.repeat(64)}</hash>`, GOOD_URL),
  target(`${GOOD_HASH}<hash type='sha512'>${'0'.repeat(128)}</hash>`, GOOD_URL),
  target(GOOD_HASH, GOOD_URL),
  target(`<hash type='md5'>x</hash>${GOOD_HASH}<hash type='sha512'>SHA512</hash>`, GOOD_URL),
  target(GOOD_HASH, `<unknown><url/></unknown><url ${ATTRIBUTES}>URL/none</url>\n${GOOD_URL}`),
  (known) =>
    `<metalink><deeply><nested>x</nested></deeply>${target(GOOD_HASH, GOOD_URL)(known).slice('<metalink>'.length)}`,
]

testWithReference(
  `${DOCUMENTS.length} documents: the refs or the error that the reference has`,
  async (context) => {
    const { dir } = context
    const { folder, server, url } = await servedRepo(context)
    const summary = await readFile(join(folder, 'summary'))
    const digest = (algorithm: string) => createHash(algorithm).update(summary).digest('hex')
    const known: Known = { url, size: summary.length, sha256: digest('sha256'), sha512: digest('sha512') }
    await twoClients(context, `[remote "r"]\nmetalink=${server.url}/metalink.xml\ngpg-verify=false\n`)
    for (const document of DOCUMENTS) {
      const text = typeof document === 'string' ? document : document(known)
      await writeFile(join(dir, 'www/metalink.xml'), text)
      const { reference, ours } = await both(dir, ['remote', 'refs', 'r'])
      expect([text, seen(ours)]).toEqual([text, seen(reference)])
    }
  },
  { timeout: 60_000 },
)

test('whatever the document, a value or an error with a code', () => {
  const pieces = fc.constantFrom(
    ...'<|>|/|=|\'|"|&|;|<metalink>|<files>|<file name="summary">|</file>|<size>12</size>|<verification>'.split('|'),
    ...'<hash type="sha256">|</hash>|<resources>|<url |protocol="http"|>x|<!--|-->|<![CDATA[|]]>|&#1|&#x41;|&lt;|\n|é|\u{10ffff}'.split(
      '|',
    ),
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      try {
        parseMetalink(parts.join(''), 'summary')
      } catch (error) {
        if (!isOstreeError(error, 'INVALID_FORMAT')) throw error
      }
    }),
    { numRuns: 3000, seed: 42 },
  )
})
