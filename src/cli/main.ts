// The entry of the command. Everything else is loaded when it is needed.

import { nodeHost } from './host.ts'
import { main } from './run.ts'

const host = nodeHost()
host.exit(await main(host, async () => (await import('../platform/node/platform.ts')).nodePlatform()))
