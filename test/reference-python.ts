// Runs a Python script inside the reference's root, where its GLib and libselinux are, and talks JSON with it. The
// scripts call the C libraries through ctypes, so that bytes pass unchanged.

import { readFileSync } from 'node:fs'
import { runInsideReference } from './reference.ts'

/**
 * Runs `script` with `input` as JSON on its standard input; answers the JSON that it prints.
 * @param script - A file beside the test: `new URL('reference.py', import.meta.url)`.
 * @param env - The locale is `C` unless this says otherwise.
 */
export async function referencePython(script: URL, input: unknown, env: Record<string, string> = {}): Promise<unknown> {
  const { code, stdout, stderr } = await runInsideReference('/usr/bin/python3', ['-c', readFileSync(script, 'utf8')], {
    env: { LC_ALL: 'C', PYTHONUTF8: '1', ...env },
    input: JSON.stringify(input),
  })
  if (code !== 0) throw new Error(`${script.pathname} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout)
}
