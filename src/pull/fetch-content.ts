// Fetching a content object, which is handed to the inbox as it comes. Facts: spec/pull.md#content

import type { Checksum } from '../objects/checksum.ts'
import { loosePath } from '../objects/object-name.ts'
import type { PullRun } from './pull-run.ts'
import { receiveBody } from './receive-body.ts'

export function fetchContent(run: PullRun, checksum: Checksum): void {
  const { counts, fetcher, inbox, queue, transaction } = run.context
  counts.requestedContent++
  const request = { path: `objects/${loosePath(checksum, 'file', true)}`, kind: 'content' } as const
  queue.add('content', async () => {
    const received = await fetcher.receive(
      request,
      async (answer) => (answer.status === 'ok' ? receiveBody(transaction.store, answer.body) : undefined),
      { signal: queue.signal },
    )
    if (received !== undefined) await inbox.add(checksum, received)
  })
}
