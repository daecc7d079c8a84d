// Sizes for people, as GLib's g_format_size spells them: powers of 1000, one decimal, a no-break space.

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const
const NO_BREAK_SPACE = '\u00a0'

export function formatSize(sizeBytes: number): string {
  if (sizeBytes < 1000) return sizeBytes === 1 ? `1${NO_BREAK_SPACE}byte` : `${sizeBytes}${NO_BREAK_SPACE}bytes`
  let power = 1
  while (power < UNITS.length && sizeBytes >= 1000 ** (power + 1)) power++
  return `${(sizeBytes / 1000 ** power).toFixed(1)}${NO_BREAK_SPACE}${UNITS[power - 1]}`
}
