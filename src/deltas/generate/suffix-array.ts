// The order of all suffixes of a text, by induced sorting (SA-IS: Nong, Zhang and Chan, 2009), in linear time and with
// the result's own space as working memory.

type Text = Uint8Array | Int32Array

/**
 * Fills `order` with the starts of the suffixes of `text` in rising order; an end of the text comes before every byte.
 * @param order - As long as the text.
 * @param smaller - As long as the text, for use in between.
 * @param letters - Every letter is below this.
 */
export function sortSuffixes(
  text: Text,
  order: Int32Array,
  smaller: Uint8Array = new Uint8Array(text.length),
  letters = 256,
): void {
  const { length } = text
  if (length < 2) {
    order.fill(0)
    return
  }
  markTypes(text, smaller)
  const ends = bucketEnds(text, letters)
  const cursor = new Int32Array(letters)

  order.fill(-1)
  cursor.set(ends)
  for (let i = length - 1; i > 0; i--) {
    if (smaller[i] === 1 && smaller[i - 1] === 0) order[--cursor[text[i]!]!] = i
  }
  induce(text, order, smaller, ends, cursor)

  const count = gatherLeftmost(order, smaller)
  const names = nameLeftmost(text, order, smaller, count)
  sortLeftmost(order, smaller, count, names)

  order.fill(-1, count)
  cursor.set(ends)
  for (let i = count - 1; i >= 0; i--) {
    const at = order[i]!
    order[i] = -1
    order[--cursor[text[at]!]!] = at
  }
  induce(text, order, smaller, ends, cursor)
}

/** 1 for a suffix that is smaller than the one behind it. */
function markTypes(text: Text, smaller: Uint8Array): void {
  let next = text[text.length - 1]!
  let type = 0
  smaller[text.length - 1] = 0
  for (let i = text.length - 2; i >= 0; i--) {
    const letter = text[i]!
    if (letter !== next) type = letter < next ? 1 : 0
    smaller[i] = type
    next = letter
  }
}

function bucketEnds(text: Text, letters: number): Int32Array {
  const ends = new Int32Array(letters)
  for (let i = 0; i < text.length; i++) ends[text[i]!]!++
  let sum = 0
  for (let letter = 0; letter < letters; letter++) {
    sum += ends[letter]!
    ends[letter] = sum
  }
  return ends
}

/** From suffixes that stand at the ends of their buckets: first all larger ones from the left, then all smaller ones. */
function induce(text: Text, order: Int32Array, smaller: Uint8Array, ends: Int32Array, cursor: Int32Array): void {
  const { length } = text
  cursor[0] = 0
  for (let letter = 1; letter < ends.length; letter++) cursor[letter] = ends[letter - 1]!
  order[cursor[text[length - 1]!]!++] = length - 1
  for (let i = 0; i < length; i++) {
    const at = order[i]! - 1
    if (at >= 0 && smaller[at] === 0) order[cursor[text[at]!]!++] = at
  }
  cursor.set(ends)
  for (let i = length - 1; i >= 0; i--) {
    const at = order[i]! - 1
    if (at >= 0 && smaller[at] === 1) order[--cursor[text[at]!]!] = at
  }
}

/** Moves the suffixes that are smaller than both neighbours to the front, in their order; answers their count. */
function gatherLeftmost(order: Int32Array, smaller: Uint8Array): number {
  let count = 0
  for (let i = 0; i < order.length; i++) {
    const at = order[i]!
    if (at > 0 && smaller[at] === 1 && smaller[at - 1] === 0) order[count++] = at
  }
  return count
}

/**
 * Numbers the pieces between those suffixes by rank, equal ones alike, and leaves the numbers, in the order of the text,
 * at the very end of `order`; answers how many there are.
 */
function nameLeftmost(text: Text, order: Int32Array, smaller: Uint8Array, count: number): number {
  const { length } = text
  order.fill(-1, count)
  let names = 0
  let before = -1
  for (let i = 0; i < count; i++) {
    const at = order[i]!
    if (before < 0 || !samePiece(text, smaller, before, at)) names++
    before = at
    order[count + (at >> 1)] = names - 1 // two such suffixes are never neighbours
  }
  let last = length - 1
  for (let i = length - 1; i >= count; i--) if (order[i]! >= 0) order[last--] = order[i]!
  return names
}

function samePiece(text: Text, smaller: Uint8Array, one: number, other: number): boolean {
  const { length } = text
  for (let i = 0; ; i++) {
    const [a, b] = [one + i, other + i]
    if (a === length || b === length) return false
    if (text[a] !== text[b] || smaller[a] !== smaller[b]) return false
    if (i > 0 && smaller[a] === 1 && smaller[a - 1] === 0) return true
  }
}

/** Puts those suffixes into their final order, at the front. */
function sortLeftmost(order: Int32Array, smaller: Uint8Array, count: number, names: number): void {
  const { length } = order
  const reduced = order.subarray(length - count)
  const ranks = order.subarray(0, count)
  if (names < count) sortSuffixes(reduced, ranks, undefined, names)
  else for (let i = 0; i < count; i++) ranks[reduced[i]!] = i
  let next = 0
  for (let i = 1; i < length; i++) if (smaller[i] === 1 && smaller[i - 1] === 0) reduced[next++] = i
  for (let i = 0; i < count; i++) ranks[i] = reduced[ranks[i]!]!
}
