// Keys by what a person calls them: a key id, a fingerprint, a mail address, a part of a name. As GnuPG understands it.

import { allKeysOf, type KeyBlock } from './key-block.ts'
import { userIdText } from './user-id.ts'

/** GPGME takes nothing shorter for a name. */
export const SHORTEST_KEY_NAME = 8

export function findKeys(blocks: readonly KeyBlock[], name: string): KeyBlock[] {
  const matches = matcherOf(name.trimStart())
  return blocks.filter(matches)
}

/** The one key of a name; GPGME's words for why there is none. A key that occurs twice is one. */
export function oneKey(blocks: readonly KeyBlock[], name: string): KeyBlock | string {
  if (name.length < SHORTEST_KEY_NAME) return 'Invalid value'
  const [first, ...others] = findKeys(blocks, name)
  if (first === undefined) return 'End of file'
  return others.every(({ primary }) => primary.fingerprint === first.primary.fingerprint) ? first : 'Ambiguous name'
}

type Matcher = (block: KeyBlock) => boolean

function matcherOf(name: string): Matcher {
  const [first] = name
  if (first === '<') return byText((text) => text.includes(name.toLowerCase()))
  if (first === '=') return (block) => textsOf(block).includes(name.slice(1))
  if (first === '@') return byText((text) => (/<([^>]*)>/.exec(text)?.[1] ?? '').includes(name.slice(1).toLowerCase()))
  if (first === '*') return byText((text) => text.includes(name.slice(1).toLowerCase()))
  return byId(name) ?? byText((text) => text.includes(name.toLowerCase()))
}

/** Hexadecimal of a key id's or a fingerprint's length; `!` asks for exactly that subkey, which makes no difference here. */
function byId(name: string): Matcher | undefined {
  const digits = name
    .replace(/^0[xX]/, '')
    .replace(/!$/, '')
    .replaceAll(' ', '')
    .toUpperCase()
  if (!/^[0-9A-F]+$/.test(digits) || ![8, 16, 40].includes(digits.length)) return undefined
  return (block) => allKeysOf(block).some(({ fingerprint }) => fingerprint.endsWith(digits))
}

function byText(matches: (lowerText: string) => boolean): Matcher {
  return (block) => textsOf(block).some((text) => matches(text.toLowerCase()))
}

function textsOf({ components }: KeyBlock): string[] {
  return components.filter(({ kind }) => kind === 'user-id').map(({ packet }) => userIdText(packet.body))
}
