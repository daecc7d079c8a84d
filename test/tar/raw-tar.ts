// Builds tar archives byte by byte, wrong ones included.

export interface RawHeader {
  readonly name?: string | Uint8Array
  readonly mode?: string | Uint8Array
  readonly uid?: string | Uint8Array
  readonly gid?: string | Uint8Array
  readonly size?: string | Uint8Array
  readonly mtime?: string | Uint8Array
  readonly type?: string
  readonly linkname?: string | Uint8Array
  /** Magic and version, 8 bytes. */
  readonly magic?: string
  readonly deviceMajor?: string
  readonly deviceMinor?: string
  readonly prefix?: string
  /** More bytes of the block: offset and what to put there. */
  readonly raw?: readonly (readonly [offset: number, bytes: string | Uint8Array])[]
  /** Instead of the right one. */
  readonly checksum?: string
}

export const USTAR = 'ustar\x0000'
export const GNU = 'ustar  \x00'
export const V7 = '\0\0\0\0\0\0\0\0'

export function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`
}

function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value
}

export function rawHeader(header: RawHeader): Uint8Array {
  const block = new Uint8Array(512)
  const put = (offset: number, length: number, value: string | Uint8Array): void => {
    block.set(toBytes(value).subarray(0, length), offset)
  }
  put(0, 100, header.name ?? 'file')
  put(100, 8, header.mode ?? octal(0o644, 8))
  put(108, 8, header.uid ?? octal(0, 8))
  put(116, 8, header.gid ?? octal(0, 8))
  put(124, 12, header.size ?? octal(0, 12))
  put(136, 12, header.mtime ?? octal(1, 12))
  put(156, 1, header.type ?? '0')
  put(157, 100, header.linkname ?? '')
  put(257, 8, header.magic ?? USTAR)
  put(329, 8, header.deviceMajor ?? '')
  put(337, 8, header.deviceMinor ?? '')
  put(345, 155, header.prefix ?? '')
  for (const [offset, bytes] of header.raw ?? []) put(offset, 512 - offset, bytes)
  put(148, 8, '        ')
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(148, 8, header.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `)
  return block
}

export function padded(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 512) * 512)
  out.set(bytes)
  return out
}

/** A header with its data; the size is the data's unless the header says otherwise. */
export function rawEntry(header: RawHeader, data: string | Uint8Array = ''): Uint8Array {
  const bytes = toBytes(data)
  return Buffer.concat([rawHeader({ size: octal(bytes.length, 12), ...header }), padded(bytes)])
}

export function paxRecord(key: string | Uint8Array, value: string | Uint8Array): Uint8Array {
  const body = Buffer.concat([toBytes(key), Buffer.from('='), toBytes(value), Buffer.from('\n')])
  let length = body.length + 2
  while (String(length).length + 1 + body.length !== length) length = String(length).length + 1 + body.length
  return Buffer.concat([Buffer.from(`${length} `), body])
}

/** An extended header for the entry after it. */
export function pax(records: readonly (readonly [string | Uint8Array, string | Uint8Array])[], type = 'x'): Uint8Array {
  return rawEntry({ name: 'PaxHeaders/x', type }, Buffer.concat(records.map(([key, value]) => paxRecord(key, value))))
}

export function archive(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat([...parts, new Uint8Array(1024)]))
}
