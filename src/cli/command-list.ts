// The commands that `ostree --help` lists, without the commands themselves: each is loaded when it is called.

import type { CommandEntry } from './group.ts'

/** In the order of `--help`. Summaries repeat those of the commands; a test holds them together. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'admin',
    summary: 'Commands for managing a host system booted with ostree',
    load: () => import('./commands/admin.ts'),
  },
  { name: 'cat', summary: 'Concatenate contents of files', load: () => import('./commands/cat.ts') },
  {
    name: 'checkout',
    summary: 'Check out a commit into a filesystem tree',
    load: () => import('./commands/checkout.ts'),
  },
  { name: 'checksum', summary: 'Checksum a file or directory', load: () => import('./commands/checksum.ts') },
  { name: 'commit', summary: 'Commit a new revision', load: () => import('./commands/commit.ts') },
  { name: 'config', summary: 'Change repo configuration settings', load: () => import('./commands/config.ts') },
  {
    name: 'diff',
    summary: 'Compare directory TARGETDIR against revision REV',
    load: () => import('./commands/diff.ts'),
  },
  { name: 'export', summary: 'Stream COMMIT to stdout in tar format', load: () => import('./commands/export.ts') },
  {
    name: 'find-remotes',
    summary: 'Find remotes to serve the given refs',
    load: () => import('./commands/find-remotes.ts'),
  },
  { name: 'create-usb', summary: 'Copy the refs to a USB stick', load: () => import('./commands/create-usb.ts') },
  { name: 'fsck', summary: 'Check the repository for consistency', load: () => import('./commands/fsck.ts') },
  { name: 'gpg-sign', summary: 'Sign a commit', load: () => import('./commands/gpg-sign.ts') },
  { name: 'init', summary: 'Initialize a new empty repository', load: () => import('./commands/init.ts') },
  { name: 'log', summary: 'Show log starting at commit or ref', load: () => import('./commands/log.ts') },
  { name: 'ls', summary: 'List file paths', load: () => import('./commands/ls.ts') },
  { name: 'prune', summary: 'Search for unreachable objects', load: () => import('./commands/prune.ts') },
  { name: 'pull-local', summary: 'Copy data from SRC_REPO', load: () => import('./commands/pull-local.ts') },
  { name: 'pull', summary: 'Download data from remote repository', load: () => import('./commands/pull.ts') },
  { name: 'refs', summary: 'List refs', load: () => import('./commands/refs.ts') },
  {
    name: 'remote',
    summary: 'Remote commands that may involve internet access',
    load: () => import('./commands/remote.ts'),
  },
  { name: 'reset', summary: 'Reset a REF to a previous COMMIT', load: () => import('./commands/reset.ts') },
  { name: 'rev-parse', summary: 'Output the target of a rev', load: () => import('./commands/rev-parse.ts') },
  {
    name: 'serve',
    summary: 'Serve a repository over HTTP, read-only',
    hidden: true,
    load: () => import('./commands/serve.ts'),
  },
  { name: 'sign', summary: 'Sign a commit', load: () => import('./commands/sign.ts') },
  { name: 'show', summary: 'Output a metadata object', load: () => import('./commands/show.ts') },
  { name: 'static-delta', summary: 'Static delta related commands', load: () => import('./commands/static-delta.ts') },
  { name: 'summary', summary: 'Manage summary metadata', load: () => import('./commands/summary.ts') },
  {
    name: 'verify',
    summary: 'Check every signature of a commit',
    hidden: true,
    load: () => import('./commands/verify.ts'),
  },
]
