// `ostree admin`: its commands.

import { defineGroup } from '../group.ts'

export const command = defineGroup({
  name: 'admin',
  title: 'admin',
  summary: 'Commands for managing a host system booted with ostree',
  parameters: '--print-current-dir|COMMAND',
  sysroot: true,
  nameWidth: 25,
  commands: [
    {
      name: 'cleanup',
      summary: 'Delete untagged deployments and repository objects',
      load: () => import('./admin/cleanup.ts'),
    },
    {
      name: 'config-diff',
      summary: 'Diff current /etc configuration versus default',
      load: () => import('./admin/config-diff.ts'),
    },
    {
      name: 'deploy',
      summary: 'Checkout revision REFSPEC as the new default deployment',
      load: () => import('./admin/deploy.ts'),
    },
    {
      name: 'finalize-staged',
      summary: 'Internal command to run at shutdown time',
      hidden: true,
      load: () => import('./admin/finalize-staged.ts'),
    },
    {
      name: 'lock-finalization',
      summary: 'Change the finalization locking state of the staged deployment',
      load: () => import('./admin/lock-finalization.ts'),
    },
    {
      name: 'boot-complete',
      summary: 'Internal command to run at boot after an update was applied',
      hidden: true,
      load: () => import('./admin/boot-complete.ts'),
    },
    {
      name: 'impl-prepare-soft-reboot',
      summary: 'Internal command to prepare soft reboot',
      hidden: true,
      load: () => import('./admin/impl-prepare-soft-reboot.ts'),
    },
    {
      name: 'prepare-soft-reboot',
      summary: 'Prepare deployment for soft-reboot',
      load: () => import('./admin/prepare-soft-reboot.ts'),
    },
    {
      name: 'state-overlay',
      summary: 'Internal command to assemble a state overlay',
      hidden: true,
      load: () => import('./admin/state-overlay.ts'),
    },
    { name: 'init-fs', summary: 'Initialize a root filesystem', load: () => import('./admin/init-fs.ts') },
    {
      name: 'instutil',
      summary: 'Deprecated commands intended for installer programs',
      hidden: true,
      load: () => import('./admin/instutil.ts'),
    },
    {
      name: 'os-init',
      summary: 'Initialize empty state for given operating system',
      load: () => import('./admin/os-init.ts'),
    },
    {
      name: 'stateroot-init',
      summary: 'Initialize empty state for given operating system',
      load: () => import('./admin/stateroot-init.ts'),
    },
    {
      name: 'pin',
      summary:
        'Change the "pinning" state of a deployment, INDEX can be >= 0 or one of booted, pending or rollback strings',
      load: () => import('./admin/pin.ts'),
    },
    {
      name: 'post-copy',
      summary: 'Update the repo and deployments as needed after a copy',
      load: () => import('./admin/post-copy.ts'),
    },
    {
      name: 'set-origin',
      summary: 'Set Origin and create a new origin file',
      load: () => import('./admin/set-origin.ts'),
    },
    { name: 'status', summary: 'List deployments', load: () => import('./admin/status.ts') },
    {
      name: 'switch',
      summary: 'Construct new tree from REFSPEC and deploy it',
      load: () => import('./admin/switch.ts'),
    },
    { name: 'undeploy', summary: 'Delete deployment INDEX', load: () => import('./admin/undeploy.ts') },
    { name: 'set-default', summary: 'Make deployment INDEX the default', load: () => import('./admin/set-default.ts') },
    {
      name: 'unlock',
      summary: 'Make the current deployment mutable (as a hotfix or development)',
      load: () => import('./admin/unlock.ts'),
    },
    {
      name: 'upgrade',
      summary: 'Construct new tree from current origin and deploy it, if it changed',
      load: () => import('./admin/upgrade.ts'),
    },
    { name: 'kargs', summary: 'Change kernel arguments', load: () => import('./admin/kargs.ts') },
  ],
})
