// Keys in files: their formats, the well-known places, and what is passed over. Sentences as observed of the reference.

import { beforeEach, describe, expect, test } from 'vitest'
import { toBase64 } from '../../src/bytes/base64.ts'
import { toHex } from '../../src/bytes/hex.ts'
import { encodeUtf8 } from '../../src/bytes/utf8.ts'
import { memoryPlatform } from '../../src/platform/memory/platform.ts'
import type { FileSystem } from '../../src/platform/types.ts'
import { ED25519 } from '../../src/sign/ed25519.ts'
import { loadKeyFile, loadKeyFolders, systemKeys } from '../../src/sign/key-files.ts'
import { keyKind, keyKinds } from '../../src/sign/key-kinds.ts'
import { base64Lines, linesOf } from '../../src/sign/key-lines.ts'
import { KeyVerifier, keySigner } from '../../src/sign/key-verifier.ts'
import { pemBlocks } from '../../src/sign/pem.ts'
import { ed25519Pair } from './keys.ts'

const pair = ed25519Pair(7)
const other = ed25519Pair(8)
const publicText = toBase64(pair.publicKey)
const otherText = toBase64(other.publicKey)
const data = encodeUtf8('signed')
const signature = await keySigner(ED25519, pair.secretKey).sign(data)

let fs: FileSystem
beforeEach(async () => {
  fs = (await memoryPlatform()).fs
})

async function write(path: string, text: string): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf('/'))
  if (folder !== '') await fs.ensureDirectory(folder)
  await fs.writeFile(path, encodeUtf8(text))
}

async function verify(load: (verifier: KeyVerifier) => Promise<void>): Promise<string> {
  const verifier = new KeyVerifier(ED25519)
  await load(verifier)
  return verifier.requireValid(data, [signature])
}

const VERIFIED = `ed25519: Signature verified successfully with key '${toHex(pair.publicKey)}'`

describe('one file', () => {
  const cases: readonly [string, string, string | RegExp][] = [
    ['a key', publicText, ''],
    ['keys, a line each', `${otherText}\n${publicText}\n`, ''],
    ['carriage returns and blanks', `${otherText}\r\n ${publicText} \r\n`, ''],
    ['a bad key beside a good one', `AAAA\n${publicText}`, ''],
    ['an empty line', `${publicText}\n\n`, 'Invalid base64 blob format'],
    ['only a newline', '\n', 'Invalid base64 blob format'],
    ['nothing', '', "signature: ed25519: no valid keys in file '/keys'"],
    [
      'nothing good',
      'AAAA\nAAAAAAAA\n',
      'ed25519: unable to read from NULL key-data input stream: Invalid ed25519 public key: Ill-formed input: expected 32 bytes, got 3 bytes',
    ],
    ['somebody else', otherText, /couldn't be verified with: key/],
  ]
  for (const [name, text, refusal] of cases) {
    test(name, async () => {
      await write('/keys', text)
      const outcome = verify((verifier) => loadKeyFile(verifier, fs, '/keys'))
      if (refusal === '') expect(await outcome).toBe(VERIFIED)
      else await expect(outcome).rejects.toThrow(refusal)
    })
  }

  test('none, or a folder', async () => {
    for (const path of ['/missing', '/']) {
      await expect(verify((verifier) => loadKeyFile(verifier, fs, path))).rejects.toThrow(
        `File object '${path}' is not a regular file`,
      )
    }
  })
})

describe('folders', () => {
  const load = (verifier: KeyVerifier) => loadKeyFolders(verifier, fs, ['/a', '/b'])

  test('the file and every file of the folder beside it, in each place', async () => {
    for (const path of [
      '/a/trusted.ed25519',
      '/b/trusted.ed25519',
      '/b/trusted.ed25519.d/x',
      '/a/trusted.ed25519.d/y',
    ]) {
      await write(path, publicText)
      expect(await verify(load)).toBe(VERIFIED)
      await fs.unlink(path)
    }
    await expect(verify(load)).rejects.toMatchObject({
      code: 'UNTRUSTED',
      message: 'signature: ed25519: no keys loaded',
    })
  })

  test('broken files are passed over', async () => {
    await write('/a/trusted.ed25519', '\n')
    await fs.ensureDirectory('/a/trusted.ed25519.d/folder')
    await write('/b/trusted.ed25519.d/good', publicText)
    expect(await verify(load)).toBe(VERIFIED)
  })

  test('a revoked key is not trusted, wherever it is trusted', async () => {
    await write('/a/trusted.ed25519', `${otherText}\n${publicText}\n`)
    for (const path of ['/a/revoked.ed25519', '/b/revoked.ed25519', '/b/revoked.ed25519.d/late']) {
      await write(path, publicText)
      await expect(verify(load)).rejects.toThrow(`couldn't be verified with: key '${toHex(other.publicKey)}'`)
      await fs.unlink(path)
    }
  })

  test('the system has /etc/ostree and /usr/share/ostree, asked only where no key was given', async () => {
    const ask = () => new KeyVerifier(ED25519, systemKeys(fs)).requireValid(data, [signature])
    await expect(ask()).rejects.toThrow('signature: ed25519: no keys loaded')
    await write('/usr/share/ostree/trusted.ed25519.d/vendor', publicText)
    expect(await ask()).toBe(VERIFIED)
    await write('/etc/ostree/revoked.ed25519', publicText)
    await expect(ask()).rejects.toThrow('ed25519: no signatures found')
    const given = new KeyVerifier(ED25519, systemKeys(fs))
    given.addKey(pair.publicKey)
    expect(await given.requireValid(data, [signature])).toBe(VERIFIED) // revocations are the system's, too
  })
})

describe('formats', () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

  test('lines', () => {
    const lines = (file: string) => [...linesOf(encodeUtf8(file))].map(text)
    expect(lines('')).toEqual([])
    expect(lines('a')).toEqual(['a'])
    expect(lines('a\n')).toEqual(['a'])
    expect(lines('a\n\nb\n')).toEqual(['a', '', 'b'])
    expect([...base64Lines(encodeUtf8('QUJD\nQUI=\nQQ==\n!Q U\tJD\nQUJDR\n'))].map(text)).toEqual([
      'ABC',
      'AB',
      'A',
      'ABC',
      'ABC',
    ])
  })

  const block = (label: string, body: string, end = label) =>
    `-----BEGIN ${label}-----\n${body}\n-----END ${end}-----\n`
  const blocks = (file: string) => [...pemBlocks(encodeUtf8(file), 'PUBLIC KEY')].map(text)

  test('PEM: blocks with anything between them', () => {
    expect(blocks('')).toEqual([])
    expect(blocks('no block here\n')).toEqual([])
    const two = `a note\n${block('PUBLIC KEY', 'QUJ\n\n  D ')}another\r\n${block('PUBLIC KEY', 'QQ==').replaceAll('\n', '\r\n')}`
    expect(blocks(two)).toEqual(['ABC', 'A'])
  })

  test('PEM: what is refused, in the words of the reference', () => {
    expect(() => blocks(block('PRIVATE KEY', 'QUJD'))).toThrow('Unexpected label "PRIVATE KEY"')
    expect(() => blocks(block('PUBLIC KEY', 'QUJD', 'PRIVATE KEY'))).toThrow('Unmatched PEM header')
    expect(() => blocks('-----BEGIN PUBLIC KEY-----\nQUJD\n')).toThrow('PEM trailer not found')
    expect(() => blocks('-----BEGIN -----\n-----END -----\n')).toThrow('Unexpected label ""')
    expect(blocks('-----BEGIN ---\n')).toEqual([])
  })
})

describe('kinds', () => {
  test('by name, in the order in which a remote that takes any tries them', () => {
    expect(keyKinds(() => undefined).map(({ name }) => name)).toEqual(['ed25519', 'spki', 'dummy'])
    expect(() => keyKind('pgp', () => undefined)).toThrow('Requested signature type is not implemented')
  })

  test('dummy works only where the environment asks for it', async () => {
    const off = keyKind('dummy', () => undefined)
    expect(() => keySigner(off, encodeUtf8('key'))).toThrow('dummy signature type is only for ostree testing')
    await expect(new KeyVerifier(off).requireValid(data, [])).rejects.toThrow('only for ostree testing')
    const on = keyKind('dummy', (name) => (name === 'OSTREE_DUMMY_SIGN_ENABLED' ? '1' : undefined))
    const made = await keySigner(on, encodeUtf8('key')).sign(data)
    const verifier = new KeyVerifier(on)
    verifier.addKey(encodeUtf8('other'))
    await expect(verifier.requireValid(data, [made])).rejects.toThrow('signature: dummy: incorrect signatures found: 1')
    verifier.addKey(encodeUtf8('key'))
    expect(await verifier.requireValid(data, [made])).toBe('dummy: Signature verified')
    verifier.addKey(encodeUtf8('another')) // it knows one key at a time
    await expect(verifier.requireValid(data, [made])).rejects.toThrow('incorrect signatures found: 1')
    await expect(verifier.requireValid(data, [])).rejects.toThrow('signature: dummy: no signatures')
    await expect(loadKeyFile(verifier, fs, '/keys')).rejects.toThrow('not implemented')
  })
})
