// Text signatures are made over lines that end in CR LF, whatever they end in on this machine. As GnuPG does it.

const CR = 0x0d
const LF = 0x0a

export function canonicalText(bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(2 * bytes.length + 2)
  let size = 0
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(LF, start)
    const next = newline < 0 ? bytes.length : newline + 1
    let end = next
    while (end > start && (bytes[end - 1] === CR || bytes[end - 1] === LF)) end--
    text.set(bytes.subarray(start, end), size)
    size += end - start
    if (newline >= 0) {
      text[size++] = CR
      text[size++] = LF
    }
    start = next
  }
  return text.subarray(0, size)
}
