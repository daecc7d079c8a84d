// `ostree admin kargs`: its commands.

import { defineGroup } from '../../group.ts'

export const command = defineGroup({
  name: 'kargs',
  title: 'admin kargs',
  summary: 'Change kernel arguments',
  sysroot: true,
  nameWidth: 24,
  commands: [
    {
      name: 'edit-in-place',
      summary: 'Set new kernel command line arguments in place (applies to all deployments by default)',
      hidden: true,
      load: () => import('./kargs/edit-in-place.ts'),
    },
  ],
})
