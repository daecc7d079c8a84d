// The dirtree object: a directory's entries, files and subdirectories each in strcmp order of their names.
// Facts: spec/objects.md#dirtree

import { compareUtf8 } from '../bytes/compare.ts'
import { array, decode, encode, struct, type ValueOf } from '../gvariant/schema.ts'
import { checksum } from './checksum.ts'
import { fileName } from './file-name.ts'
import { quickDirtree } from './quick-dirtree.ts'

export const DIRTREE = struct('(a(say)a(sayay))', {
  files: array(struct('(say)', { name: fileName, checksum })),
  directories: array(struct('(sayay)', { name: fileName, treeChecksum: checksum, metaChecksum: checksum })),
})
export type Dirtree = ValueOf<typeof DIRTREE>
export type DirtreeFile = Dirtree['files'][number]
export type DirtreeDirectory = Dirtree['directories'][number]

export const EMPTY_DIRTREE: Dirtree = { files: [], directories: [] }

export const decodeDirtree = (data: Uint8Array): Dirtree => quickDirtree(data) ?? decode(DIRTREE, data)

/** Sorts the entries, then encodes. */
export function encodeDirtree(tree: Dirtree): Uint8Array {
  const byName = (a: { readonly name: string }, b: { readonly name: string }) => compareUtf8(a.name, b.name)
  return encode(DIRTREE, { files: [...tree.files].sort(byName), directories: [...tree.directories].sort(byName) })
}
