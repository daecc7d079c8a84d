// `ostree admin deploy`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { filename, flag, string, strings } from '../../options.ts'

export const command = defineCommand({
  name: 'deploy',
  summary: 'Checkout revision REFSPEC as the new default deployment',
  parameters: 'REFSPEC',
  target: 'sysroot',
  options: {
    os: string('OSNAME', 'Use a different operating system root than the current one'),
    stateroot: string('STATEROOT', 'Target the provided stateroot'),
    'origin-file': filename('FILENAME', 'Specify origin file'),
    'no-prune': flag("Don't prune the repo when done"),
    'no-merge': flag('Do not apply configuration (/etc and kernel arguments) from booted deployment'),
    retain: flag('Do not delete previous deployments'),
    stage: flag('Complete deployment at OS shutdown'),
    'lock-finalization': flag('Prevent automatic deployment finalization on shutdown'),
    'retain-pending': flag('Do not delete pending deployments'),
    'retain-rollback': flag('Do not delete rollback deployments'),
    'not-as-default': flag('Append rather than prepend new deployment'),
    'karg-proc-cmdline': flag('Import current /proc/cmdline'),
    karg: strings(
      'NAME=VALUE',
      'Set kernel argument, like root=/dev/sda1; this overrides any earlier argument with the same name',
    ),
    'karg-append': strings(
      'NAME=VALUE',
      'Append kernel argument; useful with e.g. console= that can be used multiple times',
    ),
    'karg-none': flag('Do not import kernel arguments'),
    'karg-delete': strings('NAME=VALUE', 'Delete kernel argument if exists, can be used multiple times'),
    'overlay-initrd': strings('FILE', 'Overlay iniramfs file'),
  },
  run: async () => comingLater("'ostree admin deploy'"),
})
