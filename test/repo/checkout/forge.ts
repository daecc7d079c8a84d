// Repositories with whatever objects a test wants, forged ones included: names that no directory may hold, trees that
// contain themselves, files that are not what their header says.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { array, encode, str, struct } from '../../../src/gvariant/schema.ts'
import { type Checksum, checksum, checksumFromBytes } from '../../../src/objects/checksum.ts'
import { encodeCommit } from '../../../src/objects/commit.ts'
import { encodeDirmeta } from '../../../src/objects/dirmeta.ts'
import type { FileInfo } from '../../../src/objects/file-header.ts'
import { loosePath, type ObjectType } from '../../../src/objects/object-name.ts'
import type { Platform } from '../../../src/platform/types.ts'
import type { RepoMode } from '../../../src/repo/config/repo-mode.ts'
import { openRepo, type Repo } from '../../../src/repo/repo.ts'
import { writeContent } from '../../../src/repo/store/write-object.ts'

/** A dirtree without the rule for names. */
const ANY_DIRTREE = struct('(a(say)a(sayay))', {
  files: array(struct('(say)', { name: str, checksum })),
  directories: array(struct('(sayay)', { name: str, treeChecksum: checksum, metaChecksum: checksum })),
})

/** A directory: names to a file's text, a link's target or another directory; pairs, since a forger may name one twice. */
export type ForgedTree = readonly (readonly [name: string, entry: ForgedEntry])[]
export type ForgedEntry = { readonly text: string } | { readonly link: string } | { readonly tree: ForgedTree }

interface Owner {
  readonly uid: number
  readonly gid: number
}

export class Forge {
  readonly repo: Repo
  private constructor(repo: Repo) {
    this.repo = repo
  }

  static async make(platform: Platform, path: string, mode: RepoMode = 'archive'): Promise<Forge> {
    for (const folder of ['objects', 'tmp', 'state', 'refs/heads', 'refs/remotes', 'refs/mirrors']) {
      mkdirSync(join(path, folder), { recursive: true })
    }
    writeFileSync(join(path, 'config'), `[core]\nrepo_version=1\nmode=${mode}\n[ex-integrity]\nfsverity=no\n`)
    return new Forge(await openRepo(platform, path))
  }

  /** Stores bytes, under a name that need not be theirs. */
  put(type: ObjectType, bytes: Uint8Array, name?: Checksum): Checksum {
    const { repo } = this
    const checksum = name ?? checksumFromBytes(repo.platform.sha256Once(bytes))
    const path = join(repo.path, 'objects', loosePath(checksum, type, repo.mode === 'archive'))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
    return checksum
  }

  async file(entry: { readonly text: string } | { readonly link: string }, owner = this.#self): Promise<Checksum> {
    const link = 'link' in entry
    const mode = link ? 0o120777 : 0o100644
    const info: FileInfo = { ...owner, mode, symlinkTarget: link ? entry.link : '', xattrs: [] }
    const content = new TextEncoder().encode(link ? '' : entry.text)
    return (await writeContent(this.repo.store, info, content)).checksum
  }

  meta(mode = 0o40755, owner = this.#self): Checksum {
    return this.put('dirmeta', encodeDirmeta({ ...owner, mode, xattrs: [] }))
  }

  /** @param owner - Of the files in it, not of those further down. */
  async tree(entries: ForgedTree, owner = this.#self): Promise<Checksum> {
    const files: { name: string; checksum: Checksum }[] = []
    const directories: { name: string; treeChecksum: Checksum; metaChecksum: Checksum }[] = []
    for (const [name, entry] of entries) {
      if ('tree' in entry) {
        directories.push({ name, treeChecksum: await this.tree(entry.tree), metaChecksum: this.meta() })
      } else files.push({ name, checksum: await this.file(entry, owner) })
    }
    return this.put('dirtree', encode(ANY_DIRTREE, { files, directories }))
  }

  get #self(): Owner {
    const { uid, gid } = this.repo.platform
    return { uid, gid }
  }

  /** A directory that holds itself as `name`, by lying about its own. */
  cycle(name: string): Checksum {
    const own = checksumFromBytes(new Uint8Array(32).fill(9))
    const directories = [{ name, treeChecksum: own, metaChecksum: this.meta() }]
    return this.put('dirtree', encode(ANY_DIRTREE, { files: [], directories }), own)
  }

  commit(root: Checksum, meta = this.meta()): Checksum {
    const bytes = encodeCommit({
      metadata: [],
      parentChecksum: null,
      relatedObjects: [],
      subject: '',
      body: '',
      timestamp: 0n,
      rootTreeContents: root,
      rootTreeMetadata: meta,
    })
    return this.put('commit', bytes)
  }

  async commitOf(entries: ForgedTree): Promise<Checksum> {
    return this.commit(await this.tree(entries))
  }
}
