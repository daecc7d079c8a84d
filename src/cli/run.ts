// The whole command: finds what is asked for, runs it, and turns whatever happens into text and an exit code.

import { isOstreeError } from '../errors.ts'
import { parseLine, type Session } from './command.ts'
import { COMMANDS } from './command-list.ts'
import { runExternal } from './external.ts'
import { takeCommandName, wrong } from './group.ts'
import { helpText } from './help.ts'
import { BROKEN_PIPE_CODE, BrokenPipe, type Host } from './host.ts'
import { openOutput } from './output.ts'
import { rootPage } from './root-page.ts'

/** Runs the command line of `host` and answers the exit code. */
export async function main(host: Host, platform: Session['platform']): Promise<number> {
  const abort = new AbortController()
  const out = openOutput(host, () => session.verbose)
  const session: Session = { host, out, signal: abort.signal, verbose: false, platform }
  host.onInterrupt((signal) => abort.abort(new Interrupted(signal)))
  host.onUncaught((error) => host.exit(explain(session, error)))
  try {
    const code = await dispatch(session)
    out.flush()
    return code
  } catch (error) {
    return explain(session, error)
  }
}

class Interrupted extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM'
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`ended by ${signal}`)
    this.signal = signal
  }
}

async function dispatch(session: Session): Promise<number> {
  const { host } = session
  const external = await runExternal(host)
  if (external !== undefined) return external

  const { name, rest } = takeCommandName(host.argv, { stopAtDashes: false })
  const entry = COMMANDS.find((candidate) => candidate.name === name)
  if (entry !== undefined) {
    await (await entry.load()).command.invoke(session, `${host.program} ${entry.name}`, rest)
    return 0
  }
  if (name === 'help') {
    await (await import('./explain-command.ts')).explainCommand(session, rest)
    return 0
  }
  const page = rootPage(host.program)
  try {
    if (parseLine(session, page, rest) === undefined) return 0
  } catch (error) {
    session.out.writeNote(helpText(page))
    throw error
  }
  session.out.writeNote(helpText(page))
  throw wrong(name === undefined ? 'No command specified' : `Unknown command '${name}'`)
}

/** Says on stderr what went wrong, in one line. */
function explain({ host, out }: Session, error: unknown): number {
  if (error instanceof BrokenPipe) return BROKEN_PIPE_CODE
  if (error instanceof Interrupted) return host.dieBy(error.signal)
  const known = isOstreeError(error)
  const text = known ? error.message : `internal error: ${error instanceof Error ? error.message : String(error)}`
  try {
    out.note(`${errorMark(host)} ${text}`)
    if (host.environment('OSTREE_TS_DEBUG') === '1' && error instanceof Error) out.note(error.stack ?? '')
  } catch (failure) {
    if (!(failure instanceof BrokenPipe)) throw failure
    return BROKEN_PIPE_CODE
  }
  return 1
}

/** Red and bold where stdout (sic, as in the reference) is a terminal. */
function errorMark(host: Host): string {
  const plain = !host.isTerminal || (host.environment('NO_COLOR') ?? '') !== ''
  return plain ? 'error:' : '\x1b[31m\x1b[1merror:\x1b[0m\x1b[22m'
}
