// Why gpg could not do what it was asked, from its status lines, in libgpg-error's words.

const latin1 = new TextDecoder('latin1')

const GENERAL_ERROR = 1
const UNUSABLE_SECRET_KEY = 54

const WORDS: Readonly<Record<number, string>> = {
  [GENERAL_ERROR]: 'General error',
  9: 'No public key',
  11: 'Bad passphrase',
  17: 'No secret key',
  37: 'Invalid user ID',
  53: 'Unusable public key',
  [UNUSABLE_SECRET_KEY]: 'Unusable secret key',
  55: 'Invalid value',
  58: 'No data',
  60: 'Not supported',
  77: 'No agent running',
  84: 'Unsupported algorithm',
  85: 'No pinentry',
  86: 'pinentry error',
  99: 'Operation cancelled',
  125: 'Wrong key usage',
  149: 'Unknown algorithm',
  153: 'Key expired',
  177: 'No passphrase given',
}

export function errorWords(code: number): string {
  return WORDS[code] ?? `Unknown error code ${code}`
}

/** The code that a run ended with. A signer that could not be used speaks louder than the failure that follows. */
export function failureOf(status: Uint8Array): number {
  const lines = latin1.decode(status).split('\n')
  const words = lines.filter((line) => line.startsWith('[GNUPG:] ')).map((line) => line.slice(9).split(' '))
  if (words.some(([keyword]) => keyword === 'INV_SGNR')) return UNUSABLE_SECRET_KEY
  const failure = words.find(([keyword]) => keyword === 'FAILURE')
  // The upper bits say which part of GnuPG speaks.
  return failure?.[2] === undefined ? GENERAL_ERROR : Number(failure[2]) & 0xffff
}
