// A metalink document: where one file can be had, how large it is and what it hashes to. Facts: spec/pull.md#metalinks

import { OstreeError } from '../../errors.ts'
import { type Attributes, MarkupError, type MarkupHandler, parseMarkup } from './markup.ts'
import { parseRemoteUrl, type RemoteUrl } from './remote-url.ts'

export interface MetalinkTarget {
  readonly sizeBytes: number
  /** The stronger of those that are given counts. */
  readonly hash: { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string }
  /** In the order of the document: preferences are not looked at. */
  readonly urls: readonly RemoteUrl[]
}

/**
 * @returns `undefined` where the document names files, but not this one.
 * @throws {@link OstreeError} `INVALID_FORMAT`
 */
export function parseMetalink(document: string, file: string): MetalinkTarget | undefined {
  const reader = new MetalinkReader(file)
  parseMarkup(document, reader)
  if (!reader.foundAny) throw invalid('No <file> element found')
  if (!reader.foundOurs) return undefined
  const { sha256, sha512, sizeBytes, urls } = reader
  if (sha256 === undefined && sha512 === undefined) throw invalid('No <verification> hash for sha256 or sha512 found')
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) throw invalid('Invalid hash digest for sha256')
  if (sha512 !== undefined && !/^[0-9a-f]{128}$/.test(sha512)) throw invalid('Invalid hash digest for sha512')
  if (urls.length === 0) throw invalid("No <url method='http'> elements found")
  const hash =
    sha512 === undefined
      ? ({ algorithm: 'sha256', hex: sha256 ?? '' } as const)
      : ({ algorithm: 'sha512', hex: sha512 } as const)
  return { sizeBytes, hash, urls }
}

type State = 'initial' | 'metalink' | 'files' | 'file' | 'size' | 'verification' | 'hash' | 'resources' | 'url'

/** Which elements are known where, and what they lead to; all others are passed over with what they hold. */
const CHILDREN: Readonly<Record<State, Readonly<Record<string, State>>>> = {
  initial: { metalink: 'metalink' },
  metalink: { files: 'files' },
  files: { file: 'file' },
  file: { size: 'size', verification: 'verification', resources: 'resources' },
  size: {},
  verification: { hash: 'hash' },
  hash: {},
  resources: { url: 'url' },
  url: {},
}

class MetalinkReader implements MarkupHandler {
  readonly #file: string
  readonly #states: State[] = ['initial']
  /** Depth inside an element that is passed over. */
  #passing = 0
  #hash: string | undefined
  #hashKnown = false
  foundAny = false
  foundOurs = false
  sizeBytes = 0
  sha256: string | undefined
  sha512: string | undefined
  readonly urls: RemoteUrl[] = []

  constructor(file: string) {
    this.#file = file
  }

  start(element: string, attributes: Attributes): void {
    const state = this.#states.at(-1) ?? 'initial'
    if (this.#passing > 0) {
      this.#passing++
      return
    }
    if (state === 'resources') this.#requireKnownTarget()
    const children = CHILDREN[state]
    const next = Object.hasOwn(children, element) ? children[element] : undefined
    // A second <file> after one that has URLs is not looked at.
    const wanted =
      next !== undefined && !(state === 'files' && this.urls.length > 0) && this.#enter(next, element, attributes)
    if (wanted) this.#states.push(next)
    else this.#passing = 1
  }

  end(): void {
    if (this.#passing > 0) this.#passing--
    else this.#states.pop()
  }

  text(text: string): void {
    if (this.#passing > 0) return
    const state = this.#states.at(-1)
    if (state === 'size') this.sizeBytes = Number(/^\s*\+?(\d+)/.exec(text)?.[1] ?? 0)
    else if (state === 'hash' && this.#hash === 'sha256') this.sha256 = text
    else if (state === 'hash' && this.#hash === 'sha512') this.sha512 = text
    else if (state === 'url') this.#addUrl(text)
  }

  /** `false`: the element is of no use, and what it holds neither. */
  #enter(next: State, element: string, attributes: Attributes): boolean {
    switch (next) {
      case 'file': {
        const [name] = collect(element, attributes, ['name'])
        this.foundAny = true
        if (name !== this.#file) return false
        this.foundOurs = true
        return true
      }
      case 'hash': {
        const [type = ''] = collect(element, attributes, ['type'])
        this.#hashKnown = type === 'sha256' || type === 'sha512'
        this.#hash = this.#hashKnown ? type : undefined
        return true
      }
      case 'url': {
        const [protocol] = collect(element, attributes, ['protocol', 'type', 'location', 'preference'])
        return protocol === 'http' || protocol === 'https'
      }
      default:
        return true
    }
  }

  #requireKnownTarget(): void {
    if (this.sizeBytes === 0) throw new MarkupError('No <size> element found or it is zero')
    if (!this.#hashKnown) throw new MarkupError('No <verification> element with known <hash type=> found')
  }

  #addUrl(text: string): void {
    try {
      this.urls.push(parseRemoteUrl(text))
    } catch (error) {
      if (!(error instanceof OstreeError && error.code === 'INVALID_ARGUMENT')) throw error
    }
  }
}

/** The values of attributes that must be there, each once, and no others. */
function collect(element: string, attributes: Attributes, wanted: readonly string[]): string[] {
  const values = wanted.map((name) => {
    const found = attributes.find(([key]) => key === name)
    if (found === undefined) throw new MarkupError(`element '${element}' requires attribute '${name}'`)
    return found[1]
  })
  for (const [index, [name]] of attributes.entries()) {
    if (!wanted.includes(name)) throw new MarkupError(`attribute '${name}' invalid for element '${element}'`)
    if (attributes.findIndex(([key]) => key === name) === index) continue
    throw new MarkupError(`attribute '${name}' given multiple times for element '${element}'`)
  }
  return values
}

function invalid(reason: string): OstreeError<'INVALID_FORMAT'> {
  return new OstreeError('INVALID_FORMAT', { format: '', path: '', reason })
}
