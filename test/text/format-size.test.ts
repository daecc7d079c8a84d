import { expect, test } from 'vitest'
import { formatSize } from '../../src/text/format-size.ts'

// What g_format_size answers (GLib 2.88): recorded, since no command prints arbitrary sizes.
test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0\u00a0kB'],
  [1050, '1.1\u00a0kB'],
  [999949, '999.9\u00a0kB'],
  [999950, '1000.0\u00a0kB'],
  [1000000, '1.0\u00a0MB'],
  [123456789, '123.5\u00a0MB'],
  [10 ** 15, '1.0\u00a0PB'],
  [2 ** 60, '1.2\u00a0EB'],
])('%d bytes are spelt as GLib does', (size, text) => {
  expect(formatSize(size)).toBe(text)
})
