// Which mounted volumes a person would call a disk or a stick, as GLib's volume monitor picks them out of the kernel's
// list. Facts: spec/pull.md#volumes

import { decodeUtf8 } from '../../bytes/utf8.ts'
import { isIoError } from '../../errors.ts'
import type { Platform } from '../../platform/types.ts'

export interface Mount {
  readonly path: string
  readonly fileSystem: string
  readonly device: string
  readonly options: readonly string[]
}

const MOUNT_LIST = '/proc/self/mountinfo'

/** In the kernel's order; empty where there is no such list. */
export async function listMounts({ fs }: Platform): Promise<Mount[]> {
  const bytes = await fs.tryReadFile(MOUNT_LIST)
  return bytes === undefined ? [] : parseMounts(decodeUtf8(bytes))
}

/** `ID PARENT DEV ROOT PATH OPTIONS [FIELD…] - TYPE DEVICE OPTIONS` */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ', 2)
    const [, , , , path, options = ''] = left.split(' ')
    const [fileSystem = '', device = ''] = right.split(' ')
    if (path === undefined) return []
    return [{ path: unescapeOctal(path), fileSystem, device: unescapeOctal(device), options: options.split(',') }]
  })
}

/** The kernel writes blanks and backslashes as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

/** Kernel and network machinery that is no place for files of a person. */
const SYSTEM_FILE_SYSTEMS: ReadonlySet<string> = new Set(
  (
    'apparmorfs auto autofs autofs4 autofs5 binder binderfs bpf cgroup cgroup2 configfs cxfs debugfs devfs devpts devtmpfs ' +
    'ecryptfs efivarfs fdescfs functionfs fuse.archivemount fuse.dumpe2fs fuse.encfs fuse.gvfs-fuse-daemon fuse.gvfsd-fuse ' +
    'fuse.lxcfs fuse.rofiles-fuse fuse.vmware-vmblock fuse.xwmfs fusectl gfs gfs2 gpfs hugetlbfs kernfs linprocfs linsysfs ' +
    'lustre lustre_lite mfs mqueue ncpfs nfsd nsfs nullfs ocfs2 overlay proc procfs pstore ptyfs rootfs ' +
    'rpc_pipefs securityfs selinuxfs sysfs tmpfs tracefs usbfs zfs'
  ).split(' '),
)
const SYSTEM_DEVICES: ReadonlySet<string> = new Set(['none', 'sunrpc', 'devpts', 'nfsd', '/dev/loop', '/dev/vn'])

/** Places of the system that a volume may hold without being one of a person's. Nothing of `/media/…` is among them. */
const isSystemPath = (path: string): boolean => /^\/(dev|proc|sys)\//.test(path) || path.endsWith('/.gvfs')

/** Below `/media`, `/run/media/USER` or the home directory, and nowhere hidden. */
export async function isVolume(platform: Platform, mount: Mount, mounts: readonly Mount[]): Promise<boolean> {
  const { path, fileSystem, device } = mount
  if (SYSTEM_FILE_SYSTEMS.has(fileSystem) || SYSTEM_DEVICES.has(device) || isSystemPath(path)) return false
  if (path.includes('/.') || isShadowed(mount, mounts)) return false
  const home = platform.environment('HOME')
  if (home !== undefined && home !== '' && path.startsWith(`${home}/`)) return true
  const user = platform.environment('USER') ?? platform.environment('LOGNAME') ?? (platform.uid === 0 ? 'root' : '')
  const isMedia = path.startsWith('/media/') || (user !== '' && path.startsWith(`/run/media/${user}/`))
  return isMedia && (await isReadable(platform, path))
}

/** Another file system was mounted over it later. */
function isShadowed(mount: Mount, mounts: readonly Mount[]): boolean {
  return mounts.slice(mounts.indexOf(mount) + 1).some(({ path }) => path === mount.path)
}

async function isReadable({ fs }: Platform, path: string): Promise<boolean> {
  try {
    return (await fs.tryReadDirectory(path)) !== undefined
  } catch (error) {
    if (isIoError(error, 'EACCES', 'EPERM')) return false
    throw error
  }
}
