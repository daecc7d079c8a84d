// Sizes for people, as GLib's g_format_size spells them: powers of 1000, one decimal, a no-break space before the unit.

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const
const NO_BREAK_SPACE = '\u00a0'

export function formatSize(sizeBytes: number | bigint): string {
  if (sizeBytes < 1000) return `${sizeBytes} ${Number(sizeBytes) === 1 ? 'byte' : 'bytes'}`
  let power = 1
  while (power < UNITS.length && sizeBytes >= 1000 ** (power + 1)) power++
  const value = Number(sizeBytes) / 1000 ** power
  // C rounds a tie to the even digit, toFixed to the larger; only quarters are exact ties in binary.
  const rounded = value % 1 === 0.25 ? value - 0.05 : value
  return `${rounded.toFixed(1)}${NO_BREAK_SPACE}${UNITS[power - 1]}`
}
