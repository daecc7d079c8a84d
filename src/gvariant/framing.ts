// Framing offsets: where the parts of a container end, in the narrowest width that its size allows.
// Facts: spec/gvariant.md#framing-offsets

export type OffsetWidth = 1 | 2 | 4 | 8

/** Bytes in each framing offset of a container that takes `size` bytes in all. An empty container has none. */
export function offsetWidth(size: number): OffsetWidth | 0 {
  if (size > 0xffff_ffff) return 8
  if (size > 0xffff) return 4
  if (size > 0xff) return 2
  return size > 0 ? 1 : 0
}

/** The width a container is written with: the narrowest that can count its body and the offsets themselves. */
export function widthFor(bodySize: number, offsets: number): OffsetWidth {
  if (bodySize + offsets <= 0xff) return 1
  if (bodySize + 2 * offsets <= 0xffff) return 2
  return bodySize + 4 * offsets <= 0xffff_ffff ? 4 : 8
}

/** The framing offset at `position`, counted from the start of its container. */
export function readOffset(view: DataView, position: number, width: OffsetWidth | 0): number {
  switch (width) {
    case 0:
      return 0
    case 1:
      return view.getUint8(position)
    case 2:
      return view.getUint16(position, true)
    case 4:
      return view.getUint32(position, true)
    case 8:
      return view.getUint32(position, true) + view.getUint32(position + 4, true) * 0x1_0000_0000
  }
}

export function writeOffset(view: DataView, position: number, width: OffsetWidth, offset: number): void {
  switch (width) {
    case 1:
      view.setUint8(position, offset)
      return
    case 2:
      view.setUint16(position, offset, true)
      return
    case 4:
      view.setUint32(position, offset, true)
      return
    case 8:
      view.setBigUint64(position, BigInt(offset), true)
  }
}
