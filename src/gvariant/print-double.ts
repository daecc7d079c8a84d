// Doubles as C's printf spells them with "%.17g", plus GLib's ".0" that keeps them from looking like integers.

const SIGNIFICANT_DIGITS = 17
/** More digits than any double needs to be told from a tie between two neighbours of 17 digits. */
const EXACT_DIGITS = 100

export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (!Number.isFinite(value)) return `${sign}inf`
  const text = sign + formatMagnitude(Math.abs(value))
  return /[.e]/.test(text) ? text : `${text}.0`
}

function formatMagnitude(value: number): string {
  if (value === 0) return '0'
  const { digits, exponent } = significantDigits(value)
  const trimmed = digits.replace(/0+$/, '')
  if (exponent < -4 || exponent >= SIGNIFICANT_DIGITS) {
    const mantissa = trimmed.length === 1 ? trimmed : `${trimmed[0]}.${trimmed.slice(1)}`
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${trimmed}`
  const whole = trimmed.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const fraction = trimmed.slice(exponent + 1)
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** 17 digits, rounded half to even as C does. JavaScript rounds a tie up. */
function significantDigits(value: number): { digits: string; exponent: number } {
  const exact = splitExponent(value.toExponential(EXACT_DIGITS))
  const tail = exact.digits.slice(SIGNIFICANT_DIGITS)
  const lastDigit = Number(exact.digits[SIGNIFICANT_DIGITS - 1])
  if (/^50*$/.test(tail) && lastDigit % 2 === 0) {
    return { digits: exact.digits.slice(0, SIGNIFICANT_DIGITS), exponent: exact.exponent }
  }
  return splitExponent(value.toExponential(SIGNIFICANT_DIGITS - 1))
}

function splitExponent(text: string): { digits: string; exponent: number } {
  const [mantissa = '', exponent = ''] = text.split('e')
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) }
}
