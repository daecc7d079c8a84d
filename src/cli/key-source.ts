// Where keys to import come from: files in a row, or stdin.

import { concatBytes } from '../bytes/compare.ts'
import { retold } from '../errors.ts'
import type { Platform } from '../platform/types.ts'
import type { Session } from './command.ts'
import { absolutePath } from './target.ts'

export async function readKeySource(
  session: Session,
  platform: Platform,
  { stdin, keyring }: { readonly stdin: boolean; readonly keyring: readonly string[] },
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  if (stdin) for await (const piece of session.host.readIn()) pieces.push(piece)
  for (const path of keyring) pieces.push(await readKeyFile(session, platform, path))
  return concatBytes(pieces)
}

export async function readKeyFile(session: Session, { fs }: Platform, path: string): Promise<Uint8Array> {
  try {
    return await fs.readFile(path)
  } catch (error) {
    throw retold(error, `Error opening file ${absolutePath(session, path)}`)
  }
}
