// Loaded into our command before anything else: kills the process at the call number OSTREE_TS_KILL_AT of those that change
// the file system, half way through it where it writes bytes. Each thread counts its own.
const fs = require('node:fs')

const CHANGING = [
  'openSync',
  'writeSync',
  'writeFileSync',
  'renameSync',
  'linkSync',
  'symlinkSync',
  'unlinkSync',
  'mkdirSync',
  'rmdirSync',
  'rmSync',
  'chmodSync',
  'fchmodSync',
  'fchownSync',
  'lchownSync',
  'futimesSync',
  'lutimesSync',
  'ftruncateSync',
  'closeSync',
]
const last = Number(process.env.OSTREE_TS_KILL_AT)
let count = 0
for (const name of CHANGING) {
  const original = fs[name]
  fs[name] = (...args) => {
    count++
    if (count === last) {
      if (name === 'writeSync' && args[1].length > 1) original(args[0], args[1].subarray(0, args[1].length >> 1))
      process.kill(process.pid, 'SIGKILL')
    }
    return original.apply(fs, args)
  }
}
