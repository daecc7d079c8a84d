# Prints src/gvariant/printable.ts from the GLib that this runs with (inside the reference root):
#   python3 make-printable.py | npx biome format --stdin-file-path=printable.ts
import ctypes

glib = ctypes.CDLL("libglib-2.0.so.0")
glib.g_unichar_isprint.argtypes = [ctypes.c_uint32]
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(number):
    text = ""
    while number or not text:
        text = DIGITS[number % 36] + text
        number //= 36
    return text


lengths, since, printable = [], 0, False
for code in range(0x110000):
    if bool(glib.g_unichar_isprint(code)) != printable:
        lengths.append(base36(code - since))
        since, printable = code, not printable

print("// Which characters GLib prints as they are (g_unichar_isprint of GLib 2.90, Unicode 17). JavaScript's own tables")
print("// differ between engines. Made by test/gvariant/make-printable.py; a test compares every code point with GLib.")
print()
print("/** Lengths of the runs from U+0000 on, in base 36: not printable, printable, not printable, and so on. */")
print("const RUN_LENGTHS = [")
line = ""
for length in lengths:
    if len(line) + len(length) > 110:
        print(f"  '{line}',")
        line = ""
    line += ("" if line == "" else " ") + length
print(f"  '{line}',")
print("].join(' ')")
print("""
/** Where each run ends. */
const RUN_ENDS = runEnds()

/** False for control, format, surrogate and unassigned code points. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20
  let low = 0
  let high = RUN_ENDS.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (RUN_ENDS[middle]! <= code) low = middle + 1
    else high = middle
  }
  return low % 2 === 1
}

function runEnds(): Uint32Array {
  let end = 0
  return Uint32Array.from(RUN_LENGTHS.split(' '), (length) => {
    end += Number.parseInt(length, 36)
    return end
  })
}""")
