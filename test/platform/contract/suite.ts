// How a test of the contract gets the platform and a directory of its own.

import { expect, type TestContext, test } from 'vitest'
import type { FileSystem, Platform } from '../../../src/platform/types.ts'
import { bytes, errorOf } from './support.ts'

export interface Subject {
  readonly platform: Platform
  /** An empty directory to work in. */
  readonly base: string
  /** Modes, owners, links, devices. */
  readonly posix: boolean
  /** Where extents can be shared. */
  readonly reflinks: boolean
  readonly dispose?: () => Promise<void>
}

export interface Fresh {
  readonly subject: Subject
  readonly fs: FileSystem
  /** Ends the test as skipped unless root runs it. */
  requireRoot(): void
  /** The path of a name in this test's own directory. */
  at(name: string): string
}

export class Suite {
  readonly #subject: () => Subject
  #count = 0
  /** @param subject - Known once the tests run. */
  constructor(subject: () => Subject) {
    this.#subject = subject
  }
  get platform(): Platform {
    return this.#subject().platform
  }

  /** A test body with a new empty directory, which can be removed afterwards whatever the test left in it. */
  inFresh(run: (fresh: Fresh) => Promise<void>): (context: TestContext) => Promise<void> {
    return async (context) => {
      const subject = this.#subject()
      const { fs } = subject.platform
      this.#count += 1
      const directory = `${subject.base}/t${this.#count}`
      await fs.mkdir(directory)
      const requireRoot = () => {
        if (subject.platform.uid !== 0) context.skip('only root can do this')
      }
      await run({ subject, fs, requireRoot, at: (name) => `${directory}/${name}` })
      await fs.removeTree(directory)
      expect(await fs.tryLstat(directory)).toBeUndefined()
    }
  }

  /** Runs where the platform has POSIX files; elsewhere each of these calls must say UNSUPPORTED. */
  posixTest(title: string, run: (fresh: Fresh) => Promise<void>): void {
    const body = this.inFresh(async (fresh) => {
      const { subject, fs, at } = fresh
      if (subject.posix) return run(fresh)
      await fs.writeFile(at('f'), bytes('x'))
      const calls: (() => unknown)[] = [
        () => fs.symlink('f', at('s')),
        () => fs.link(at('f'), at('l')),
        () => fs.readlink(at('f')),
        () => fs.chmod(at('f'), 0o600),
        () => fs.lchown(at('f'), 1, 1),
        () => fs.lutimes(at('f'), 0, 0),
        () => fs.makeWhiteout(at('w'), 0o644),
        () => fs.devino(at('f')),
      ]
      for (const call of calls) expect((await errorOf(call)).code).toBe('UNSUPPORTED')
    })
    test(title, body)
  }
}
