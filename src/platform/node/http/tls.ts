// TLS for HTTP clients on Node: files in PEM to options, and whom to believe.

import { readFile } from 'node:fs/promises'
import type { TLSSocket } from 'node:tls'
import type { buildConnector } from 'undici'
import type { NetworkFault } from '../../../network-fault.ts'
import type { HttpClientOptions } from '../../types.ts'
import { errnoOf } from '../io-error.ts'

/** As long as the reference waits for a connection. */
const CONNECT_TIMEOUT_MS = 30_000

export interface TlsSetup {
  readonly connect: buildConnector.BuildOptions
  /** Files that cannot be read are a failure of the requests, which know their URLs. */
  readonly failure: NetworkFault | undefined
}

export async function tlsSetup({ tls, http2 }: HttpClientOptions): Promise<TlsSetup> {
  const [ca, cert, key] = await Promise.all([
    readPem(tls.caPath),
    readPem(tls.clientCertificatePath),
    readPem(tls.clientKeyPath),
  ])
  return {
    connect: {
      timeout: CONNECT_TIMEOUT_MS,
      allowH2: http2,
      rejectUnauthorized: !tls.permissive,
      ...(typeof ca === 'string' ? { ca } : {}),
      ...(typeof cert === 'string' ? { cert } : {}),
      ...(typeof key === 'string' ? { key } : {}),
    },
    failure: ca === null ? 'ca-file' : cert === null || key === null ? 'client-certificate' : undefined,
  }
}

/** `undefined` for no file, `null` for one that cannot be read. */
async function readPem(path: string | null): Promise<string | undefined | null> {
  if (path === null) return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) !== undefined) return null
    throw error
  }
}

/** Whoever takes any certificate still wants one for the right name. Node itself looks at neither then, or at both. */
export function namedOnly(connect: buildConnector.connector): buildConnector.connector {
  const { checkServerIdentity } = process.getBuiltinModule('node:tls')
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null)
      if (options.protocol === 'https:') {
        const misnamed = checkServerIdentity(options.hostname, (socket as TLSSocket).getPeerCertificate())
        if (misnamed !== undefined) {
          socket.destroy()
          return callback(misnamed, null)
        }
      }
      callback(null, socket)
    })
}
