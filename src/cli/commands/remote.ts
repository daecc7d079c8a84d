// `ostree remote`: its commands.

import { defineGroup } from '../group.ts'

export const command = defineGroup({
  name: 'remote',
  title: 'remote',
  summary: 'Remote commands that may involve internet access',
  nameWidth: 18,
  commands: [
    { name: 'add', summary: 'Add a remote repository', load: () => import('./remote/add.ts') },
    { name: 'delete', summary: 'Delete a remote repository', load: () => import('./remote/delete.ts') },
    { name: 'show-url', summary: 'Show remote repository URL', load: () => import('./remote/show-url.ts') },
    { name: 'list', summary: 'List remote repository names', load: () => import('./remote/list.ts') },
    { name: 'gpg-import', summary: 'Import GPG keys', load: () => import('./remote/gpg-import.ts') },
    { name: 'gpg-list-keys', summary: 'Show remote GPG keys', load: () => import('./remote/gpg-list-keys.ts') },
    { name: 'add-cookie', summary: 'Add a cookie to remote', load: () => import('./remote/add-cookie.ts') },
    {
      name: 'delete-cookie',
      summary: 'Remove one cookie from remote',
      load: () => import('./remote/delete-cookie.ts'),
    },
    { name: 'list-cookies', summary: 'Show remote repository cookies', load: () => import('./remote/list-cookies.ts') },
    { name: 'refs', summary: 'List remote refs', load: () => import('./remote/refs.ts') },
    { name: 'summary', summary: 'Show remote summary', load: () => import('./remote/summary.ts') },
  ],
})
