// The metadata that marks a commit with a kernel as bootable. Facts: spec/repository.md#bootable

import { isOstreeError, OstreeError } from '../../errors.ts'
import { inHashOrder } from '../../gvariant/hash-order.ts'
import type { Metadata } from '../../objects/commit.ts'
import type { MutableTree } from '../trees/mutable-tree.ts'

const MODULES = ['usr', 'lib', 'modules'] as const

/**
 * Adds `ostree.bootable` and, as `ostree.linux`, the release of the one kernel that the tree has.
 * @throws {@link OstreeError} `FAILED` where there is no kernel, or more than one.
 */
export async function withBootableMetadata(metadata: Metadata, root: MutableTree): Promise<Metadata> {
  const release = await kernelRelease(root)
  return inHashOrder([
    ...metadata,
    ['ostree.bootable', { type: 'b', value: true }],
    ['ostree.linux', { type: 's', value: release }],
  ])
}

async function kernelRelease(root: MutableTree): Promise<string> {
  const releases: string[] = []
  for (const [name, directory] of await (await modulesDirectory(root)).directories()) {
    if ((await directory.files()).has('vmlinuz') || (await directory.directories()).has('vmlinuz')) releases.push(name)
  }
  if (releases.length > 1) fail('Multiple kernels found in /usr/lib/modules')
  return releases[0] ?? fail('No kernel found in /usr/lib/modules')
}

async function modulesDirectory(root: MutableTree): Promise<MutableTree> {
  let tree = root
  let path = ''
  for (const name of MODULES) {
    path = `${path}/${name}`
    const found = await lookup(tree, name, path)
    if (!('directory' in found)) {
      fail('Not a directory')
    }
    tree = found.directory
  }
  return tree
}

async function lookup(tree: MutableTree, name: string, path: string): ReturnType<MutableTree['lookup']> {
  try {
    return await tree.lookup(name)
  } catch (error) {
    if (!isOstreeError(error, 'FAILED')) throw error
    throw new OstreeError('PATH_NOT_FOUND', { path }, { cause: error })
  }
}

function fail(reason: string): never {
  throw new OstreeError('FAILED', { reason })
}
