// `ostree admin instutil`: its commands.

import { defineGroup } from '../../group.ts'

export const command = defineGroup({
  name: 'instutil',
  title: 'admin instutil',
  summary: 'Deprecated commands intended for installer programs',
  sysroot: true,
  nameWidth: 24,
  commands: [
    {
      name: 'selinux-ensure-labeled',
      summary: 'Relabel all or part of a deployment',
      load: () => import('./instutil/selinux-ensure-labeled.ts'),
    },
    {
      name: 'set-kargs',
      summary: 'Set new kernel command line arguments(Not stable)',
      load: () => import('./instutil/set-kargs.ts'),
    },
    {
      name: 'grub2-generate',
      summary: 'Generate GRUB2 configuration from given BLS entries',
      load: () => import('./instutil/grub2-generate.ts'),
    },
  ],
})
