// One list of command lines through both commands, each with a client of its own, from a remote that the reference made:
// what they print, what they request and the repositories that come of it are the same.

import { expect } from 'vitest'
import { runReference, testWithReference } from '../reference.ts'
import {
  COMMANDS,
  describeRepo,
  makeRemote,
  type Remote,
  type RemoteOptions,
  requestsDuring,
  withoutSeconds,
} from './remote.ts'

export interface Case {
  readonly name: string
  readonly remote?: RemoteOptions
  readonly mode?: string
  readonly settings?: readonly string[]
  /**
   * Command lines, one after another, without the command; `COMMITn` stands for the nth commit of `main`,
   * `REMOTE` for the remote's folder.
   */
  readonly lines: readonly (readonly string[])[]
  /** More to be done to the remote before. */
  readonly prepare?: (remote: Remote) => Promise<void>
}

export function compareWithReference(cases: readonly Case[]): void {
  for (const { name, remote: remoteOptions, mode, settings, lines, prepare } of cases) {
    testWithReference(`${name}: as the reference does it`, async ({ dir }) => {
      const remote = await makeRemote(dir, remoteOptions)
      await prepare?.(remote)
      const seen = []
      for (const [command, run] of COMMANDS) {
        const repo = await remote.client(command, {
          ...(mode === undefined ? {} : { mode }),
          ...(settings === undefined ? {} : { settings }),
        })
        const steps = []
        for (const line of lines) {
          const words = line.map((word) =>
            word
              .replace(/COMMIT(\d)/, (_, index) => remote.commits[Number(index)] ?? '')
              .replace('REMOTE', remote.path),
          )
          const { result, requests } = await requestsDuring(remote.server, () =>
            run([...words, `--repo=${repo}`], { cwd: dir }),
          )
          const { code, stdout, stderr } = result
          // They go out several at a time: their order is not the same from run to run.
          requests.sort()
          const found = await describeRepo(repo)
          steps.push({
            code,
            stdout: withoutSeconds(stdout),
            stderr,
            requests,
            repo: code === 0 ? found : withoutLeftovers(found),
          })
        }
        if (steps.at(-1)!.code === 0) expect((await runReference(['fsck', `--repo=${repo}`])).code).toBe(0)
        seen.push(steps)
      }
      expect(seen[1]).toEqual(seen[0])
    })
  }
}

/**
 * A refused commit: the reference has written it, and marked it partial, before it looks at bindings and times; here it is
 * looked at first, and nothing of it is kept. What was staged has a name by chance in both.
 */
function withoutLeftovers(repo: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(repo).filter(([path]) => !/^(state|tmp)\//.test(path)))
}
