// Framing offsets of every width, including those that only containers beyond four gigabytes have.

import { expect, test } from 'vitest'
import { offsetWidth, readOffset, widthFor, writeOffset } from '../../src/gvariant/framing.ts'

test.each([
  [0, 0],
  [1, 1],
  [0xff, 1],
  [0x100, 2],
  [0xffff, 2],
  [0x1_0000, 4],
  [0xffff_ffff, 4],
  [0x1_0000_0000, 8],
])('a container of %d bytes has offsets of %d', (size, width) => {
  expect(offsetWidth(size)).toBe(width)
})

test.each([
  [0xfe, 1, 1],
  [0xff, 1, 2],
  [0, 0xff, 1],
  [0, 0x100, 2],
  [0xfffd, 1, 2],
  [0xfffe, 1, 4],
  [0xffff_fffb, 1, 4],
  [0xffff_fffc, 1, 8],
])('a body of %d bytes with %d offsets takes a width of %d', (body, offsets, width) => {
  expect(widthFor(body, offsets)).toBe(width)
  expect(offsetWidth(body + offsets * width)).toBe(width)
})

test.each([
  [1, 0xfe],
  [2, 0xfedc],
  [4, 0xfedc_ba98],
  [8, 0x1f_fedc_ba98_7654],
] as const)('offsets of %d bytes are written and read', (width, offset) => {
  const view = new DataView(new ArrayBuffer(10))
  writeOffset(view, 1, width, offset)
  expect(readOffset(view, 1, width)).toBe(offset)
  expect([view.getUint8(0), view.getUint8(1), view.getUint8(1 + width)]).toEqual([0, offset % 0x100, 0])
})

test('an empty container reads offset 0', () => {
  expect(readOffset(new DataView(new ArrayBuffer(0)), 0, 0)).toBe(0)
})
