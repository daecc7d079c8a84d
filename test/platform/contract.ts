// What every platform must do, as one suite. A platform that cannot do something must say so with UNSUPPORTED (or with
// `null` where the interface has that), never do something else.

import { afterAll, beforeAll, describe } from 'vitest'
import { testFiles } from './contract/files.ts'
import { testPosix } from './contract/posix.ts'
import { testRunning } from './contract/running.ts'
import { testStreams } from './contract/streams.ts'
import { type Subject, Suite } from './contract/suite.ts'

export function testPlatform(name: string, create: () => Promise<Subject>): void {
  describe(name, () => {
    let subject: Subject
    beforeAll(async () => {
      subject = await create()
    })
    afterAll(() => subject.dispose?.())
    const suite = new Suite(() => subject)
    testFiles(suite)
    testPosix(suite)
    testStreams(suite)
    testRunning(suite)
  })
}
