// The requests that spec/pull.md lists are those of a pull, and those of the reference.

import { expect } from 'vitest'
import { runOurs, runReference, testWithReference } from '../reference.ts'
import { readSpecPage } from '../spec-page.ts'
import { makeRemote, requestsDuring } from './remote.ts'

const [listed = []] = readSpecPage('pull').blocks('requests')

testWithReference('the requests of a pull, in their order', async ({ dir }) => {
  const remote = await makeRemote(dir)
  // One at a time, so that they have an order.
  const pull = (repo: string) => ['pull', `--repo=${repo}`, '--max-outstanding-fetcher-requests=1', 'origin', 'main']
  const [ours, reference] = [await remote.client('ours'), await remote.client('reference')]
  const mine = await requestsDuring(remote.server, () => runOurs(pull(ours)))
  expect(mine.requests).toEqual(listed)
  const theirs = await requestsDuring(remote.server, () => runReference(pull(reference)))
  expect(theirs.requests.sort()).toEqual([...listed].sort())
})
