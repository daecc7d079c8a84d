// Signing with exported secret keys: what comes of it is good for us, for the reference and its GnuPG.

import { expect, test } from 'vitest'
import { readKeys } from '../../../src/sign/openpgp/import-keys.ts'
import { openpgpSigner } from '../../../src/sign/openpgp/key-signer.ts'
import { verifySignatures } from '../../../src/sign/openpgp/verify.ts'
import { run, temporaryDirectory, testWithReference } from '../../reference.ts'
import { GPG_FIXTURES, gpgFixture } from './fixtures.ts'

const commit = gpgFixture('commit')

test('a signature by an exported key', async () => {
  const signer = await openpgpSigner(gpgFixture('secret.asc'))
  const blocks = await readKeys(gpgFixture('secret.pub.asc'))
  const [signature] = await verifySignatures({ blocks }, commit, await signer.sign(commit))
  expect(signer.metadataKey).toBe('ostree.gpgsigs')
  expect(signature).toMatchObject({ valid: true, publicKeyAlgorithm: 'RSA', userEmail: 'secret@example.com' })
})

test('the key is chosen by its id', async () => {
  const [block] = await readKeys(gpgFixture('secret.pub.asc'))
  await openpgpSigner(gpgFixture('secret.asc'), { keyId: block!.primary.keyId })
  await expect(openpgpSigner(gpgFixture('secret.asc'), { keyId: '0123456789ABCDEF' })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  })
})

test.each(['commit', 'names.asc', 'keys.gpg'])('%s has no secret key', async (name) => {
  await expect(openpgpSigner(gpgFixture(name))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

testWithReference('GnuPG takes the signature', async () => {
  const dir = await temporaryDirectory()
  const { writeFile } = await import('node:fs/promises')
  const signer = await openpgpSigner(gpgFixture('secret.asc'))
  await writeFile(`${dir}/commit.sig`, await signer.sign(commit))
  await run('gpg', ['--batch', '--dearmor', '-o', `${dir}/keys.gpg`, `${GPG_FIXTURES}/secret.pub.asc`])
  const { code, stdout } = await run('gpg', [
    ...['--homedir', dir, '--batch', '--no-default-keyring', '--keyring', `${dir}/keys.gpg`, '--status-fd', '1'],
    ...['--verify', `${dir}/commit.sig`, `${GPG_FIXTURES}/commit`],
  ])
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('VALIDSIG') })
})
