// XML as far as a metalink needs it, with GLib's rules and words (GMarkup): elements, attributes, text, references.
// Comments, processing instructions, CDATA and declarations are passed over. Facts: spec/pull.md#metalinks

import { OstreeError } from '../../errors.ts'

export interface MarkupHandler {
  /** May throw {@link MarkupError}. */
  start(element: string, attributes: Attributes): void
  end(element: string): void
  text(text: string): void
}

export type Attributes = readonly (readonly [name: string, value: string])[]

/** A mistake whose place the parser adds. */
export class MarkupError extends Error {}

const NAME_START = /[\p{L}_:]/u
const NO_NAME = /[^\p{L}\p{N}._:-]/u
const SPACE = /[\t\n\r ]/

function isName(text: string): boolean {
  return NAME_START.test(text[0] ?? '') && !NO_NAME.test(text)
}

/** An unfinished document is no mistake: it just ends. @throws {@link OstreeError} `INVALID_FORMAT` */
export function parseMarkup(document: string, handler: MarkupHandler): void {
  new Parser(document, handler).run()
}

class Parser {
  readonly #text: string
  readonly #handler: MarkupHandler
  readonly #open: string[] = []
  #at = 0

  constructor(text: string, handler: MarkupHandler) {
    this.#text = text
    this.#handler = handler
  }

  run(): void {
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] !== '<') this.#characters()
      else if (!this.#markup()) return
    }
  }

  #characters(): void {
    const next = this.#text.indexOf('<', this.#at)
    const end = next < 0 ? this.#text.length : next
    const raw = this.#text.slice(this.#at, end)
    if (this.#open.length === 0) {
      const odd = raw.search(/[^\t\n\r ]/)
      if (odd >= 0) this.#fail(this.#at + odd, 'Document must begin with an element (e.g. <book>)')
    } else this.#handler.text(this.#decode(raw, this.#at))
    this.#at = end
  }

  /** `false` where the document ends inside it. */
  #markup(): boolean {
    for (const [start, end] of [
      ['<?', '?>'],
      ['<!--', '-->'],
      ['<![CDATA[', ']]>'],
      ['<!', '>'],
    ] as const) {
      if (!this.#text.startsWith(start, this.#at)) continue
      const close = this.#text.indexOf(end, this.#at + start.length)
      if (close < 0) return false
      this.#at = close + end.length
      return true
    }
    return this.#text[this.#at + 1] === '/' ? this.#closeTag() : this.#openTag()
  }

  #closeTag(): boolean {
    const from = this.#at + 2
    const first = this.#text[from]
    if (first === undefined) return false
    if (!NAME_START.test(first)) {
      this.#fail(
        from,
        `“${first}” is not a valid character following the characters “</”; “${first}” may not begin an element name`,
      )
    }
    let at = this.#endOfName(from)
    const name = this.#text.slice(from, at)
    at = this.#skipSpaces(at)
    const close = this.#text[at]
    if (close === undefined) return false
    if (close !== '>') {
      this.#fail(
        at,
        `“${close}” is not a valid character following the close element name “${name}”; the allowed character is “>”`,
      )
    }
    const open = this.#open.pop()
    if (open === undefined) this.#fail(at, `Element “${name}” was closed, no element is currently open`)
    if (open !== name) {
      this.#fail(at, `Element “${name}” was closed, but the currently open element is “${open}”`)
    }
    this.#at = at + 1
    this.#handler.end(name)
    return true
  }

  #openTag(): boolean {
    const from = this.#at + 1
    const first = this.#text[from]
    if (first === undefined) return false
    if (SPACE.test(first) || '<>/=&\'"'.includes(first)) {
      this.#fail(
        from,
        `“${first}” is not a valid character following a “<” character; it may not begin an element name`,
      )
    }
    let at = this.#endOfName(from)
    const name = this.#text.slice(from, at)
    const attributes: (readonly [string, string])[] = []
    for (;;) {
      at = this.#skipSpaces(at)
      const next = this.#text[at]
      if (next === undefined) return false
      if (next === '>') return this.#started(name, attributes, at + 1, at + 1, false)
      if (next === '/') {
        const close = this.#text[at + 1]
        if (close === undefined) return false
        if (close !== '>') {
          this.#fail(
            at + 1,
            `Odd character “${close}”, expected a “>” character to end the empty-element tag “${name}”`,
          )
        }
        return this.#started(name, attributes, at + 1, at + 2, true)
      }
      if (next === '=') {
        this.#fail(
          at,
          `Odd character “${next}”, expected a “>” or “/” character to end the start tag of element “${name}”, or ` +
            'optionally an attribute; perhaps you used an invalid character in an attribute name',
        )
      }
      const attribute = this.#attribute(name, at)
      if (attribute === undefined) return false
      attributes.push(attribute.pair)
      at = attribute.end
    }
  }

  #attribute(
    element: string,
    from: number,
  ): { readonly pair: readonly [string, string]; readonly end: number } | undefined {
    let at = this.#endOfName(from)
    const name = this.#text.slice(from, at)
    if (at === this.#text.length) return undefined
    if (!isName(name)) this.#fail(at, `“${name}” is not a valid name`)
    at = this.#skipSpaces(at)
    const equals = this.#text[at]
    if (equals === undefined) return undefined
    if (equals !== '=') {
      this.#fail(at, `Odd character “${equals}”, expected a “=” after attribute name “${name}” of element “${element}”`)
    }
    at = this.#skipSpaces(at + 1)
    const quote = this.#text[at]
    if (quote === undefined) return undefined
    if (quote !== '"' && quote !== "'") {
      this.#fail(
        at,
        `Odd character “${quote}”, expected an open quote mark after the equals sign when giving value for attribute ` +
          `“${name}” of element “${element}”`,
      )
    }
    const close = this.#text.indexOf(quote, at + 1)
    if (close < 0) return undefined
    return { pair: [name, this.#decode(this.#text.slice(at + 1, close), at + 1)], end: close + 1 }
  }

  #started(name: string, attributes: Attributes, errorAt: number, end: number, empty: boolean): boolean {
    if (!isName(name)) this.#fail(errorAt, `“${name}” is not a valid name`)
    this.#at = end
    try {
      this.#handler.start(name, attributes)
    } catch (error) {
      if (!(error instanceof MarkupError)) throw error
      this.#fail(errorAt, error.message)
    }
    if (empty) this.#handler.end(name)
    else this.#open.push(name)
    return true
  }

  #endOfName(from: number): number {
    const length = this.#text.slice(from).search(/[\t\n\r =/>]/)
    return length < 0 ? this.#text.length : from + length
  }

  #skipSpaces(from: number): number {
    let at = from
    while (SPACE.test(this.#text[at] ?? '')) at++
    return at
  }

  #decode(raw: string, from: number): string {
    if (!raw.includes('&')) return raw
    return raw.replaceAll(/&([^;]*)(;?)/g, (_whole, reference: string, semicolon: string, offset: number) => {
      const lines = this.#text.slice(0, from + offset).split('\n').length
      return resolveReference(reference, semicolon !== '', (reason) => invalid(`Error on line ${lines}: ${reason}`))
    })
  }

  #fail(at: number, reason: string): never {
    const before = this.#text.slice(0, at)
    const lineStart = before.lastIndexOf('\n')
    // Like the reference: a line break counts as the first character of the line that it begins.
    const column = lineStart < 0 ? at + 1 : at - lineStart + 1
    throw invalid(`Error on line ${before.split('\n').length} char ${column}: ${reason}`)
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const UNINTENDED =
  'most likely you used an ampersand character without intending to start an entity — escape ampersand as &amp;'

function resolveReference(name: string, closed: boolean, fail: (reason: string) => OstreeError): string {
  if (name.startsWith('#')) return resolveNumber(name.slice(1), closed, fail)
  if (!closed) throw fail(`Entity did not end with a semicolon; ${UNINTENDED}`)
  if (name === '') throw fail('Empty entity “&;” seen; valid entities are: &amp; &quot; &lt; &gt; &apos;')
  const value = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined
  if (value === undefined) throw fail(`Entity name “${name}” is not known`)
  return value
}

/** As C's strtoul goes on as far as there are digits, so do the messages. */
function resolveNumber(text: string, closed: boolean, fail: (reason: string) => OstreeError): string {
  const isHexadecimal = text.startsWith('x')
  const [digits = ''] = /^[0-9a-f]*/i.exec(isHexadecimal ? text.slice(1) : (/^[0-9]*/.exec(text)?.[0] ?? '')) ?? []
  const code = BigInt(isHexadecimal ? `0x0${digits}` : `0${digits}`.replace(/^0+(?=.)/, ''))
  if (digits === '' || code >= 1n << 64n) {
    throw fail(
      `Failed to parse “${digits}”, which should have been a digit inside a character reference (&#234; for example) — ` +
        'perhaps the digit is too large',
    )
  }
  if (!closed || digits.length + (isHexadecimal ? 1 : 0) !== text.length) {
    throw fail(`Character reference did not end with a semicolon; ${UNINTENDED}`)
  }
  if (!isPermitted(code)) throw fail(`Character reference “${digits}” does not encode a permitted character`)
  return String.fromCodePoint(Number(code))
}

function isPermitted(code: bigint): boolean {
  if (code < 0x20n) return code === 0x9n || code === 0xan || code === 0xdn
  return code <= 0x10ffffn && (code < 0xd800n || code > 0xdfffn) && code !== 0xfffen && code !== 0xffffn
}

function invalid(reason: string): OstreeError<'INVALID_FORMAT'> {
  return new OstreeError('INVALID_FORMAT', { format: '', path: '', reason })
}
