// The parts of a user id, `Name (comment) <email>`, as GPGME takes them apart.

export interface UserIdParts {
  readonly name: string
  readonly comment: string
  readonly email: string
  /** The mailbox in lower case, where it is a sound one: what a Web Key Directory is asked for. */
  readonly address: string | null
}

const decoder = new TextDecoder()

export function userIdText(body: Uint8Array): string {
  return decoder.decode(body)
}

export function parseUserId(text: string): UserIdParts {
  const { name, comment, email } = splitUserId(text)
  const address = mailboxOf(text)
  if (email !== '' || address === null || name.toLowerCase() !== address) return { name, comment, email, address }
  return { name: '', comment, email: name === address ? address : name, address } // the whole user id is a mailbox
}

/** What closes a part, and whether more of the same may stand inside it. */
const CLOSING: Readonly<Record<string, string>> = { '<': '>', '(': ')' }

function splitUserId(text: string) {
  let name: string | undefined
  let comment: string | undefined
  let email: string | undefined
  let at = 0
  while (at < text.length) {
    const character = text[at]!
    const closing = CLOSING[character]
    if (closing !== undefined) {
      const end = endOfPart(text, at + 1, character, closing)
      const content = end === undefined ? undefined : trimEnd(text.slice(at + 1, end))
      if (character === '<') email ??= content
      else comment ??= content
      at = end === undefined ? text.length : end + 1
    } else if (character === ' ' || character === '\t') at++
    else {
      const end = nextPart(text, at)
      name ??= trimEnd(text.slice(at, end))
      at = end
    }
  }
  return { name: name ?? '', comment: comment ?? '', email: email ?? '' }
}

function endOfPart(text: string, from: number, opening: string, closing: string): number | undefined {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === opening) depth++
    else if (text[at] === closing && --depth === 0) return at
  }
  return undefined
}

function nextPart(text: string, from: number): number {
  const found = text.slice(from).search(/[<(]/)
  return found < 0 ? text.length : from + found
}

const trimEnd = (text: string): string => text.replace(/[ \t]+$/, '')

function mailboxOf(text: string): string | null {
  const open = text.indexOf('<')
  if (open < 0) return isPlainMailbox(text) ? lowerAscii(text) : null
  const close = text.indexOf('>', open)
  const mailbox = close < 0 ? '' : text.slice(open + 1, close)
  return isSoundMailbox(mailbox) ? lowerAscii(mailbox) : null
}

function isSoundMailbox(mailbox: string): boolean {
  const parts = mailbox.split('@')
  const [local = '', domain = ''] = parts
  if (parts.length !== 2 || local === '' || domain === '' || domain.endsWith('.') || domain.includes('..')) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return !/[\u0000-\u0020]/.test(mailbox)
}

const PLAIN_MAILBOX = /^[\w.!#$%&'*+/=?^`{|}~\u0080-\uffff-]+@[\w.\u0080-\uffff-]+$/

/** Stricter: a user id that is nothing but a mailbox. */
function isPlainMailbox(text: string): boolean {
  return PLAIN_MAILBOX.test(text) && !text.endsWith('.') && !text.includes('..')
}

const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
