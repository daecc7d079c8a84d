// Extended attributes of what a checkout makes.

import { compareBytes } from '../../bytes/compare.ts'
import { encodeUtf8, tryDecodeUtf8 } from '../../bytes/utf8.ts'
import { OstreeError, retold } from '../../errors.ts'
import type { Xattrs } from '../../objects/xattrs.ts'
import type { Platform, XattrAccess } from '../../platform/types.ts'

export const SELINUX_XATTR = 'security.selinux'
const SELINUX_XATTR_NAME = encodeUtf8(SELINUX_XATTR)

/** Where the kernel itself shows a loaded policy. */
const SELINUX_ENFORCE = '/sys/fs/selinux/enforce'

/** The calls that the reference makes, and names in messages. */
type SetCall = 'lsetxattr' | 'fsetxattr'

/** Adds attributes; others that are there stay. */
export async function setXattrs(platform: Platform, path: string, xattrs: Xattrs, call: SetCall): Promise<void> {
  if (xattrs.length === 0) return
  const access = requireXattrs(platform)
  for (const { name, value } of xattrs) {
    try {
      await access.set(path, name, value)
    } catch (error) {
      const label = `${call}(${tryDecodeUtf8(name) ?? name})`
      throw retold(error, call === 'fsetxattr' ? `Setting xattrs: ${label}` : label)
    }
  }
}

export async function setLabel(platform: Platform, path: string, label: string): Promise<void> {
  try {
    await requireXattrs(platform).set(path, SELINUX_XATTR, encodeUtf8(label))
  } catch (error) {
    throw retold(error, `Setting ${SELINUX_XATTR}`)
  }
}

export function withoutLabel(xattrs: Xattrs): Xattrs {
  return xattrs.filter(({ name }) => compareBytes(name, SELINUX_XATTR_NAME) !== 0)
}

/** True where the running kernel enforces or logs by a policy: labels then come from the policy alone. */
export async function hostHasSelinux(platform: Platform): Promise<boolean> {
  return (await platform.fs.tryStat(SELINUX_ENFORCE)) !== undefined
}

function requireXattrs({ xattrs }: Platform): XattrAccess {
  if (xattrs !== null) return xattrs
  throw new OstreeError('UNSUPPORTED', {
    feature: 'writing extended attributes',
    hint: 'check out in user mode (--user-mode) on this system',
  })
}
