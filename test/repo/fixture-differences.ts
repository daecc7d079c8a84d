// Where our command says something else about a corrupt repository than the reference, and why. In texts, `~` and eight
// digits stand for a checksum.

const REASONS = {
  validated:
    'The reference reads what breaks its format as default values, whole or in part, or ends by a signal. Here nothing is ' +
    'read that does not follow its format, and the object is named.',
  uninitialised: 'The reference prints a size from memory that nobody wrote.',
  size: 'The reference ignores the size in the header of a .filez; here content of another size is an error.',
  ref: 'The reference looks for an object of whatever name the ref has; here a ref that holds no checksum is an error.',
  emptyName: 'The reference takes an empty name for valid and then fails to write it; here it is no name.',
  order: 'The reference checks objects in the order of a hash table; here it is commits, dirmetas, dirtrees, files.',
  lookup:
    'The reference searches names by halves; here entries out of order are listed, and repeated ones not checked out.',
  xattrOrder: 'The reference lists attributes as they are stored; here they are read in canonical order.',
  undeletable: 'The reference says nothing of an object that it cannot delete.',
} as const

export interface Difference {
  readonly reason: (typeof REASONS)[keyof typeof REASONS]
  readonly code: number
  /** Beside what is recorded: the same, a beginning of it, or this. */
  readonly stdout: string
  readonly stderr: string
}

type Row = readonly [name: string, commands: readonly string[], difference: Omit<Difference, 'reason'>]

const ours = (...row: Row): Row => row

/** Commands without their arguments, except for those of fsck. */
const ROWS: Readonly<Record<keyof typeof REASONS, readonly Row[]>> = {
  undeletable: [
    ours('bare-directory', ['fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr:
        'In commits ~d18d65e8: fsck content object ~cab89986: Opening content object ~cab89986: Not a regular file or symlink\nerror: Deleting object ~cab89986.file: unlinkat(/bare-directory/objects/63/14f4b18909f14f295b1cb8f69974edc5946123696507e674e1b4eecab89986.file): Is a directory\n',
    }),
  ],
  validated: [
    ours('bare-user-xattr-short', ['fsck'], {
      code: 1,
      stdout: 'start',
      stderr:
        'error: In commits ~d18d65e8: fsck content object ~cab89986: Opening content object ~cab89986: invalid (uuua(ayay)) at uid: ends outside its container\n',
    }),
    ours('bare-user-xattr-short', ['fsck --all'], {
      code: 1,
      stdout: 'start',
      stderr:
        'In commits ~d18d65e8: fsck content object ~cab89986: Opening content object ~cab89986: invalid (uuua(ayay)) at uid: ends outside its container\nerror: Repository corruption encountered\n',
    }),
    ours('bare-user-xattr-short', ['fsck --delete'], {
      code: 1,
      stdout: 'start',
      stderr:
        'In commits ~d18d65e8: fsck content object ~cab89986: Opening content object ~cab89986: invalid (uuua(ayay)) at uid: ends outside its container\nMarking commit as partial: ~d18d65e8\nerror: Repository corruption encountered\n',
    }),
    ours('bare-user-xattr-short', ['ls', 'checkout'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: Opening content object ~cab89986: invalid (uuua(ayay)) at uid: ends outside its container\n',
    }),
    ours('commit-empty', ['fsck --all'], {
      code: 1,
      stdout: 'start',
      stderr:
        "fsck ~d18d65e8.commit: Corrupted commit object; checksum expected='~d18d65e8' actual='~7852b855'\nerror: Loading commit for ref main: ~d18d65e8.commit: no NUL at the end of a string\n",
    }),
    ours('commit-empty', ['log'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: invalid (a{sv}aya(say)sstayay) at subject: no NUL at the end of a string\n',
    }),
    ours('commit-empty', ['ls', 'checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~d18d65e8.commit: no NUL at the end of a string\n',
    }),
    ours('commit-truncated', ['fsck --all'], {
      code: 1,
      stdout: 'start',
      stderr:
        "fsck ~d18d65e8.commit: Corrupted commit object; checksum expected='~d18d65e8' actual='~a1e3ee6d'\nerror: Loading commit for ref main: ~d18d65e8.commit: bad framing offset\n",
    }),
    ours('commit-truncated', ['log'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: invalid (a{sv}aya(say)sstayay) at metadata/0: bad framing offset\n',
    }),
    ours('commit-truncated', ['ls', 'checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~d18d65e8.commit: bad framing offset\n',
    }),
    ours('dirmeta-empty', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~0b6c5488.dirmeta: ends outside its container\n',
    }),
    ours('dirmeta-empty', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~0b6c5488.dirmeta: ends outside its container\n',
    }),
    ours('dirmeta-flipped', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~0b6c5488.dirmeta: Invalid mode 82413; invalid bits in mode\n',
    }),
    ours('dirmeta-flipped', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~0b6c5488.dirmeta: Invalid mode 82413; invalid bits in mode\n',
    }),
    ours('dirmeta-truncated', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~0b6c5488.dirmeta: ends outside its container\n',
    }),
    ours('dirmeta-truncated', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~0b6c5488.dirmeta: ends outside its container\n',
    }),
    ours('dirtree-truncated', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~57a69d8b.dirtree: ends outside its container\n',
    }),
    ours('dirtree-truncated', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~57a69d8b.dirtree: ends outside its container\n',
    }),
    ours('forged-commit-empty-key', ['fsck --all'], {
      code: 1,
      stdout: 'start',
      stderr:
        'fsck ~4ce373d8.commit: ~4ce373d8.commit: Empty metadata key\nerror: Loading commit for ref main: ~4ce373d8.commit: Empty metadata key\n',
    }),
    ours('forged-commit-empty-key', ['log'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: invalid commit at metadata: Empty metadata key\n',
    }),
    ours('forged-commit-empty-key', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~4ce373d8.commit: Empty metadata key\n',
    }),
    ours('forged-commit-empty-key', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~4ce373d8.commit: Empty metadata key\n',
    }),
    ours('forged-commit-short-parent', ['fsck'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: fsck ~e4713d05.commit: ~e4713d05.commit: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-commit-short-parent', ['fsck --all'], {
      code: 1,
      stdout: 'start',
      stderr:
        'fsck ~e4713d05.commit: ~e4713d05.commit: Invalid checksum of length 31 expected 32\nerror: Loading commit for ref main: ~e4713d05.commit: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-commit-short-parent', ['fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr:
        'fsck ~e4713d05.commit: ~e4713d05.commit: Invalid checksum of length 31 expected 32\nerror: Loading commit for ref main: No such metadata object ~e4713d05.commit\n',
    }),
    ours('forged-commit-short-parent', ['log'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: invalid (a{sv}aya(say)sstayay) at parentChecksum: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-commit-short-parent', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~e4713d05.commit: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-commit-short-parent', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~e4713d05.commit: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-commit-short-root', ['fsck'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: fsck ~797a824d.commit: ~797a824d.commit: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-commit-short-root', ['fsck --all'], {
      code: 1,
      stdout: 'start',
      stderr:
        'fsck ~797a824d.commit: ~797a824d.commit: Invalid checksum of length 31 expected 32\nerror: Loading commit for ref main: ~797a824d.commit: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-commit-short-root', ['fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr:
        'fsck ~797a824d.commit: ~797a824d.commit: Invalid checksum of length 31 expected 32\nerror: Loading commit for ref main: No such metadata object ~797a824d.commit\n',
    }),
    ours('forged-commit-short-root', ['log'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: invalid (a{sv}aya(say)sstayay) at rootTreeContents: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-commit-short-root', ['ls', 'checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~797a824d.commit: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-commit-trailing-byte', ['fsck'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: fsck ~126c43f3.commit: ~126c43f3.commit: no NUL at the end of a string\n',
    }),
    ours('forged-commit-trailing-byte', ['fsck --all'], {
      code: 1,
      stdout: 'start',
      stderr:
        'fsck ~126c43f3.commit: ~126c43f3.commit: no NUL at the end of a string\nerror: Loading commit for ref main: ~126c43f3.commit: no NUL at the end of a string\n',
    }),
    ours('forged-commit-trailing-byte', ['fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr:
        'fsck ~126c43f3.commit: ~126c43f3.commit: no NUL at the end of a string\nerror: Loading commit for ref main: No such metadata object ~126c43f3.commit\n',
    }),
    ours('forged-commit-trailing-byte', ['log'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: invalid (a{sv}aya(say)sstayay) at subject: no NUL at the end of a string\n',
    }),
    ours('forged-commit-trailing-byte', ['ls', 'checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~126c43f3.commit: no NUL at the end of a string\n',
    }),
    ours('forged-directory-mode-of-a-file', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~c3f662b5.dirmeta: Invalid directory metadata mode 33188; not a directory\n',
    }),
    ours('forged-directory-mode-of-a-file', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~c3f662b5.dirmeta: Invalid directory metadata mode 33188; not a directory\n',
    }),
    ours('forged-directory-mode-with-more-bits', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~2bf70002.dirmeta: Invalid mode 279021; invalid bits in mode\n',
    }),
    ours('forged-directory-mode-with-more-bits', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~2bf70002.dirmeta: Invalid mode 279021; invalid bits in mode\n',
    }),
    ours('forged-directory-name-absolute', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~2a1a69e8.dirtree: Invalid / in filename /etc\n',
    }),
    ours('forged-directory-name-absolute', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~2a1a69e8.dirtree: Invalid / in filename /etc\n',
    }),
    ours('forged-directory-name-dot', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: "error: ~c882027a.dirtree: Invalid self-referential filename '.'\n",
    }),
    ours('forged-directory-name-dot', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: "error: ~c882027a.dirtree: Invalid self-referential filename '.'\n",
    }),
    ours('forged-directory-name-dot-dot', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: "error: ~bebf2885.dirtree: Invalid path uplink filename '..'\n",
    }),
    ours('forged-directory-name-dot-dot', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: "error: ~bebf2885.dirtree: Invalid path uplink filename '..'\n",
    }),
    ours('forged-directory-name-slash', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~38ae663e.dirtree: Invalid / in filename a/b\n',
    }),
    ours('forged-directory-name-slash', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~38ae663e.dirtree: Invalid / in filename a/b\n',
    }),
    ours('forged-directory-name-uplink', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~1cd92efd.dirtree: Invalid / in filename ../up\n',
    }),
    ours('forged-directory-name-uplink', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~1cd92efd.dirtree: Invalid / in filename ../up\n',
    }),
    ours('forged-directory-xattr-without-name', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~e46e2d74.dirmeta: Invalid xattr name (empty or missing NUL) index=0\n',
    }),
    ours('forged-directory-xattr-without-name', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~e46e2d74.dirmeta: Invalid xattr name (empty or missing NUL) index=0\n',
    }),
    ours('forged-directory-xattrs-repeated', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~592de35d.dirmeta: Duplicate xattr name, index=1\n',
    }),
    ours('forged-directory-xattrs-repeated', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~592de35d.dirmeta: Duplicate xattr name, index=1\n',
    }),
    ours('forged-directory-xattrs-unsorted', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~2b3e91e4.dirmeta: Incorrectly sorted xattr name (prev=user.b, cur=user.a), index=1\n',
    }),
    ours('forged-directory-xattrs-unsorted', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~2b3e91e4.dirmeta: Incorrectly sorted xattr name (prev=user.b, cur=user.a), index=1\n',
    }),
    ours('forged-dirtree-short-checksum', ['fsck'], {
      code: 1,
      stdout: 'same',
      stderr:
        'error: In commits ~c5a71b82: fsck ~6dadc139.dirtree: ~6dadc139.dirtree: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-dirtree-short-checksum', ['fsck --all'], {
      code: 1,
      stdout: 'same',
      stderr:
        'In commits ~c5a71b82: fsck ~6dadc139.dirtree: ~6dadc139.dirtree: Invalid checksum of length 31 expected 32\nerror: Repository corruption encountered\n',
    }),
    ours('forged-dirtree-short-checksum', ['fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr:
        'In commits ~c5a71b82: fsck ~6dadc139.dirtree: ~6dadc139.dirtree: Invalid checksum of length 31 expected 32\nMarking commit as partial: ~c5a71b82\nerror: Repository corruption encountered\n',
    }),
    ours('forged-dirtree-short-checksum', ['ls', 'checkout'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~6dadc139.dirtree: Invalid checksum of length 31 expected 32\n',
    }),
    ours('forged-dirtree-trailing-byte', ['fsck'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: In commits ~07cac850: fsck ~5eb8b15b.dirtree: ~5eb8b15b.dirtree: no NUL at the end of a string\n',
    }),
    ours('forged-dirtree-trailing-byte', ['fsck --all'], {
      code: 1,
      stdout: 'same',
      stderr:
        'In commits ~07cac850: fsck ~5eb8b15b.dirtree: ~5eb8b15b.dirtree: no NUL at the end of a string\nerror: Repository corruption encountered\n',
    }),
    ours('forged-dirtree-trailing-byte', ['fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr:
        'In commits ~07cac850: fsck ~5eb8b15b.dirtree: ~5eb8b15b.dirtree: no NUL at the end of a string\nMarking commit as partial: ~07cac850\nerror: Repository corruption encountered\n',
    }),
    ours('forged-dirtree-trailing-byte', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~5eb8b15b.dirtree: no NUL at the end of a string\n',
    }),
    ours('forged-dirtree-trailing-byte', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~5eb8b15b.dirtree: no NUL at the end of a string\n',
    }),
    ours('forged-file-name-absolute', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~a39fec5b.dirtree: Invalid / in filename /etc\n',
    }),
    ours('forged-file-name-absolute', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~a39fec5b.dirtree: Invalid / in filename /etc\n',
    }),
    ours('forged-file-name-dot', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: "error: ~1265964c.dirtree: Invalid self-referential filename '.'\n",
    }),
    ours('forged-file-name-dot', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: "error: ~1265964c.dirtree: Invalid self-referential filename '.'\n",
    }),
    ours('forged-file-name-dot-dot', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: "error: ~617fd57f.dirtree: Invalid path uplink filename '..'\n",
    }),
    ours('forged-file-name-dot-dot', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: "error: ~617fd57f.dirtree: Invalid path uplink filename '..'\n",
    }),
    ours('forged-file-name-slash', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~96f71596.dirtree: Invalid / in filename a/b\n',
    }),
    ours('forged-file-name-slash', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~96f71596.dirtree: Invalid / in filename a/b\n',
    }),
    ours('forged-file-name-uplink', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~cc902c52.dirtree: Invalid / in filename ../up\n',
    }),
    ours('forged-file-name-uplink', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~cc902c52.dirtree: Invalid / in filename ../up\n',
    }),
    ours('subdirectory-truncated', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~0f4a863d.dirtree: ends outside its container\n',
    }),
    ours('subdirectory-truncated', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~0f4a863d.dirtree: ends outside its container\n',
    }),
  ],
  order: [
    ours('dirtree-flipped', ['fsck'], {
      code: 1,
      stdout: 'same',
      stderr:
        "error: In commits ~d18d65e8: fsck ~57a69d8b.dirtree: Corrupted dirtree object; checksum expected='~57a69d8b' actual='~c6941e33'\n",
    }),
    ours('dirtree-flipped', ['fsck --all'], {
      code: 1,
      stdout: 'same',
      stderr:
        "In commits ~d18d65e8: fsck ~57a69d8b.dirtree: Corrupted dirtree object; checksum expected='~57a69d8b' actual='~c6941e33'\nObject missing in commits ~d18d65e8: ~cab89986.file\nMarking commit as partial: ~d18d65e8\nerror: Repository corruption encountered\n",
    }),
    ours('dirtree-flipped', ['fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr:
        "In commits ~d18d65e8: fsck ~57a69d8b.dirtree: Corrupted dirtree object; checksum expected='~57a69d8b' actual='~c6941e33'\nMarking commit as partial: ~d18d65e8\nObject missing in commits ~d18d65e8: ~cab89986.file\nerror: Repository corruption encountered\n",
    }),
    ours('subdirectory-flipped', ['fsck'], {
      code: 1,
      stdout: 'same',
      stderr:
        "error: In commits ~d18d65e8: fsck ~0f4a863d.dirtree: Corrupted dirtree object; checksum expected='~0f4a863d' actual='~af6325be'\n",
    }),
    ours('subdirectory-flipped', ['fsck --all'], {
      code: 1,
      stdout: 'same',
      stderr:
        "In commits ~d18d65e8: fsck ~0f4a863d.dirtree: Corrupted dirtree object; checksum expected='~0f4a863d' actual='~af6325be'\nObject missing in commits ~d18d65e8: ~609f3616.file\nMarking commit as partial: ~d18d65e8\nerror: Repository corruption encountered\n",
    }),
    ours('subdirectory-flipped', ['fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr:
        "In commits ~d18d65e8: fsck ~0f4a863d.dirtree: Corrupted dirtree object; checksum expected='~0f4a863d' actual='~af6325be'\nMarking commit as partial: ~d18d65e8\nObject missing in commits ~d18d65e8: ~609f3616.file\nerror: Repository corruption encountered\n",
    }),
  ],
  uninitialised: [
    ours('filez-empty', ['fsck'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: In commits ~d18d65e8: fsck content object ~cab89986: file header is cut short at offset 0\n',
    }),
    ours('filez-empty', ['fsck --all'], {
      code: 1,
      stdout: 'same',
      stderr:
        'In commits ~d18d65e8: fsck content object ~cab89986: file header is cut short at offset 0\nerror: Repository corruption encountered\n',
    }),
    ours('filez-empty', ['fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr:
        'In commits ~d18d65e8: fsck content object ~cab89986: file header is cut short at offset 0\nMarking commit as partial: ~d18d65e8\nerror: Repository corruption encountered\n',
    }),
    ours('filez-empty', ['ls', 'checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: file header is cut short at offset 0\n',
    }),
  ],
  size: [
    ours('filez-size-flipped', ['fsck'], {
      code: 1,
      stdout: 'start',
      stderr:
        'error: In commits ~d18d65e8: fsck content object ~cab89986: invalid deflated data: longer than 12 bytes after decompression\n',
    }),
    ours('filez-size-flipped', ['fsck --all'], {
      code: 1,
      stdout: 'start',
      stderr:
        'In commits ~d18d65e8: fsck content object ~cab89986: invalid deflated data: longer than 12 bytes after decompression\nerror: Repository corruption encountered\n',
    }),
    ours('filez-size-flipped', ['fsck --delete'], {
      code: 1,
      stdout: 'start',
      stderr:
        'In commits ~d18d65e8: fsck content object ~cab89986: invalid deflated data: longer than 12 bytes after decompression\nMarking commit as partial: ~d18d65e8\nerror: Repository corruption encountered\n',
    }),
    ours('filez-size-flipped', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr:
        'error: Unpacking loose object ~cab89986: invalid deflated data: longer than 12 bytes after decompression\n',
    }),
  ],
  emptyName: [
    ours('forged-directory-name-empty', ['fsck'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: In commits ~c242f87e: fsck ~0355cf7e.dirtree: ~0355cf7e.dirtree: Invalid empty filename\n',
    }),
    ours('forged-directory-name-empty', ['fsck --all'], {
      code: 1,
      stdout: 'start',
      stderr:
        'In commits ~c242f87e: fsck ~0355cf7e.dirtree: ~0355cf7e.dirtree: Invalid empty filename\nerror: Repository corruption encountered\n',
    }),
    ours('forged-directory-name-empty', ['fsck --delete'], {
      code: 1,
      stdout: 'start',
      stderr:
        'In commits ~c242f87e: fsck ~0355cf7e.dirtree: ~0355cf7e.dirtree: Invalid empty filename\nMarking commit as partial: ~c242f87e\nerror: Repository corruption encountered\n',
    }),
    ours('forged-directory-name-empty', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~0355cf7e.dirtree: Invalid empty filename\n',
    }),
    ours('forged-directory-name-empty', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~0355cf7e.dirtree: Invalid empty filename\n',
    }),
    ours('forged-file-name-empty', ['fsck'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: In commits ~dbf695de: fsck ~736f8125.dirtree: ~736f8125.dirtree: Invalid empty filename\n',
    }),
    ours('forged-file-name-empty', ['fsck --all'], {
      code: 1,
      stdout: 'start',
      stderr:
        'In commits ~dbf695de: fsck ~736f8125.dirtree: ~736f8125.dirtree: Invalid empty filename\nerror: Repository corruption encountered\n',
    }),
    ours('forged-file-name-empty', ['fsck --delete'], {
      code: 1,
      stdout: 'start',
      stderr:
        'In commits ~dbf695de: fsck ~736f8125.dirtree: ~736f8125.dirtree: Invalid empty filename\nMarking commit as partial: ~dbf695de\nerror: Repository corruption encountered\n',
    }),
    ours('forged-file-name-empty', ['ls'], {
      code: 1,
      stdout: 'start',
      stderr: 'error: ~736f8125.dirtree: Invalid empty filename\n',
    }),
    ours('forged-file-name-empty', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: ~736f8125.dirtree: Invalid empty filename\n',
    }),
  ],
  xattrOrder: [
    ours('forged-file-xattrs-unsorted', ['ls'], {
      code: 0,
      stdout:
        "d00755 0 0      0 ~58ea779d ~0b6c5488 { @a(ayay) [] } /\n-00644 0 0      7 ~4e429537 { [(b'user.a', [byte 0x32]), (b'user.b', [0x31])] } /a\n",
      stderr: '',
    }),
  ],
  lookup: [
    ours('forged-name-twice-as-file-and-directory', ['ls'], {
      code: 0,
      stdout:
        'd00755 0 0      0 ~8aa424b8 ~0b6c5488 { @a(ayay) [] } /\n-00644 0 0      7 ~38528af3 { @a(ayay) [] } /a\nd00755 0 0      0 ~17afa01d ~0b6c5488 { @a(ayay) [] } /a\n',
      stderr: '',
    }),
    ours('forged-name-twice-as-file-and-directory', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: Duplicate name a in ~8aa424b8.dirtree\n',
    }),
    ours('forged-names-repeated', ['checkout'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: Duplicate name a in ~618334ce.dirtree\n',
    }),
    ours('forged-names-unsorted', ['ls'], {
      code: 0,
      stdout:
        'd00755 0 0      0 ~6d345663 ~0b6c5488 { @a(ayay) [] } /\n-00644 0 0      7 ~38528af3 { @a(ayay) [] } /b\n-00644 0 0      7 ~38528af3 { @a(ayay) [] } /a\n',
      stderr: '',
    }),
  ],
  ref: [
    ours('ref-empty', ['fsck', 'fsck --all', 'fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: Invalid rev \n',
    }),
    ours('ref-short', ['fsck', 'fsck --all', 'fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr: 'error: Invalid rev abc\n',
    }),
    ours('ref-upper-case', ['fsck', 'fsck --all', 'fsck --delete'], {
      code: 1,
      stdout: 'same',
      stderr:
        "error: Invalid character '66' in rev '47BB135E6606FAA4FDA3D7DA06A241250E2F7EE4163CF4142043C4C2D18D65E8'\n",
    }),
  ],
}

/** Checksums as the table spells them. */
export const shortenChecksums = (text: string): string => text.replace(/[0-9a-f]{56}([0-9a-f]{8})/g, '~$1')

export function differenceOf(name: string, commandLine: string): Difference | undefined {
  const command = commandLine.startsWith('fsck') ? commandLine : commandLine.split(' ')[0]!
  for (const reason of Object.keys(ROWS) as (keyof typeof REASONS)[]) {
    const row = ROWS[reason].find((candidate) => candidate[0] === name && candidate[1].includes(command))
    if (row !== undefined) return { reason: REASONS[reason], ...row[2] }
  }
  return undefined
}
