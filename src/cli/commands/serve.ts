// `ostree-ts serve`: a repository over HTTP, so that no second program is needed to try things. The reference has none.

import { OstreeError } from '../../errors.ts'
import { serveRequest } from '../../serve/serve-repo.ts'
import { defineCommand } from '../command.ts'
import { integer, string } from '../options.ts'

const LOOPBACK = '127.0.0.1'
const MAX_PORT = 65_535

export const command = defineCommand({
  name: 'serve',
  summary: 'Serve a repository over HTTP, read-only',
  options: {
    port: integer('PORT', 'Port to listen on (defaults to one that is free)', { default: 0 }),
    address: string('ADDRESS', 'Address to listen on (defaults to 127.0.0.1, this machine alone)'),
  },
  examples: [
    { does: 'Serve a repository to this machine', line: 'serve --repo=repo --port=8080' },
    { does: 'Serve it to the network', line: 'serve --repo=repo --port=8080 --address=0.0.0.0' },
  ],
  async run({ repo, options, out, signal }) {
    const { address = LOOPBACK, port } = options
    if (port < 0 || port > MAX_PORT) {
      throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid port ${port}` })
    }
    const { listen } = await import('../../platform/node/http/listen.ts')
    const listening = await listen({
      address,
      port,
      handle: (request) => serveRequest(repo, request),
      failed: (error) => out.note(`error: ${error instanceof Error ? error.message : String(error)}`),
    })
    out.line(listening.url)
    out.flush()
    // SIGINT and SIGTERM are how it is meant to end.
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await listening.close()
  },
})
