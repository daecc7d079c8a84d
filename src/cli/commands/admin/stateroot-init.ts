// `ostree admin stateroot-init`: the newer name of `os-init`.

import { defineStaterootInit } from './os-init.ts'

export const command = defineStaterootInit('stateroot-init')
