// TLS and HTTP/2: who is believed, who is let in, and which version is spoken: as the reference has it.

import { readFileSync } from 'node:fs'
import { createSecureServer, type Http2ServerRequest } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { seen } from '../cli/in-process.ts'
import { testWithReference } from '../reference.ts'
import { both, configure, twoClients } from './remote-fixture.ts'

const TLS = resolve(import.meta.dirname, '../fixtures/tls')
const pem = (name: string) => readFileSync(`${TLS}/${name}`)

/** Answers every request with 404; tells the HTTP versions of those who asked. */
async function tlsServer(name: string, needsClient: boolean) {
  const versions: string[] = []
  const server = createSecureServer(
    {
      allowHTTP1: true,
      cert: pem(`${name}.pem`),
      key: pem(`${name}.key`),
      ca: pem('ca.pem'),
      requestCert: needsClient,
      rejectUnauthorized: needsClient,
    },
    (request, response) => {
      versions.push((request as Http2ServerRequest).httpVersion)
      response.writeHead(404)
      response.end()
    },
  )
  server.on('sessionError', () => {})
  server.on('tlsClientError', () => {})
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, versions }
}

const CA = `tls-ca-path=${TLS}/ca.pem\n`
const CLIENT = `tls-client-cert-path=${TLS}/client.pem\ntls-client-key-path=${TLS}/client.key\n`
const CASES: readonly (readonly [name: string, server: string, needsClient: boolean, config: string])[] = [
  ['nobody vouches for it', 'server', false, ''],
  ['a CA of its own', 'server', false, CA],
  ['HTTP/2 not wanted', 'server', false, `${CA}http2=false\n`],
  ['permissive', 'server', false, 'tls-permissive=true\n'],
  ['another name', 'misnamed', false, CA],
  ['another name, permissive', 'misnamed', false, 'tls-permissive=true\n'],
  ['no such CA file', 'server', false, `tls-ca-path=${TLS}/none.pem\n`],
  ['a client certificate', 'server', true, CA + CLIENT],
  ['no such client certificate', 'server', true, `${CA}${CLIENT.replace('client.pem', 'none.pem')}`],
  ['a certificate without its key', 'server', true, `${CA}tls-client-cert-path=${TLS}/client.pem\n`],
]

testWithReference(
  'certificates and versions',
  async (context) => {
    const { dir } = context
    await twoClients(context, '')
    for (const [name, certificate, needsClient, config] of CASES) {
      const server = await tlsServer(certificate, needsClient)
      for (const client of ['reference', 'ours']) {
        await configure(dir, client, `[remote "r"]\nurl=${server.url}\ngpg-verify=false\n${config}`)
      }
      const { reference, ours } = await both(dir, ['remote', 'refs', 'r'])
      expect([name, seen(ours)]).toEqual([name, seen(reference)])
      const [expected, actual] = [
        server.versions.slice(0, server.versions.length / 2),
        server.versions.slice(server.versions.length / 2),
      ]
      expect([name, actual]).toEqual([name, expected])
      if (name === 'a CA of its own') expect(actual).toEqual(['2.0', '2.0'])
      if (name === 'HTTP/2 not wanted') expect(actual).toEqual(['1.1', '1.1'])
    }
  },
  { timeout: 60_000 },
)
