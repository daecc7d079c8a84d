// Where a key's updates are found by its owner's mail address. Facts: draft-koch-openpgp-webkey-service; what is escaped:
// GLib, observed.

import { encodeUtf8 } from '../../bytes/utf8.ts'
import { digest } from './digest.ts'

const ZBASE32 = 'ybndrfg8ejkmcpqxot1uwisza345h769'

export interface DirectoryUrls {
  readonly advanced: string
  readonly direct: string
}

/** @param address - `local@domain`, with one `@`. */
export async function directoryUrls(address: string): Promise<DirectoryUrls> {
  const [local = '', domain = ''] = address.split('@')
  const hash = zbase32(await digest('sha1', [encodeUtf8(lowerAscii(local))]))
  const query = `hu/${hash}?l=${escapeQuery(local)}`
  return {
    advanced: `https://openpgpkey.${domain}/.well-known/openpgpkey/${lowerAscii(domain)}/${query}`,
    direct: `https://${domain}/.well-known/openpgpkey/${query}`,
  }
}

const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())

/** GLib leaves letters, digits and `-._~`. */
function escapeQuery(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Five bits a letter. */
function zbase32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let pending = 0
  for (const byte of bytes) {
    pending = (pending << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += ZBASE32[(pending >> (bits - 5)) & 31]
    pending &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + ZBASE32[(pending << (5 - bits)) & 31]
}
