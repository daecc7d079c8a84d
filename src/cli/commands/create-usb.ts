// `ostree create-usb`.

import { isOstreeError } from '../../errors.ts'
import { parseChecksum } from '../../objects/checksum.ts'
import { createUsb, DEFAULT_USB_REPO } from '../../pull/create-usb.ts'
import { parseCollectionRefs } from '../collection-refs.ts'
import { defineCommand } from '../command.ts'
import { filename, flag, string } from '../options.ts'
import { pullStatus } from '../pull-status.ts'
import { absolutePath } from '../target.ts'

export const command = defineCommand({
  name: 'create-usb',
  summary: 'Copy the refs to a USB stick',
  parameters: 'MOUNT-PATH COLLECTION-ID REF [COLLECTION-ID REF...]',
  options: {
    'disable-fsync': flag('Do not invoke fsync()'),
    'destination-repo': filename('DEST', 'Use custom repository directory within the mount'),
    commit: string('COMMIT', 'Pull a specific commit (only works when a single ref is specified)'),
  },
  examples: [
    {
      does: 'Take a branch to a machine without a network, which finds it with find-remotes --finders=mount',
      line: 'create-usb --repo=repo /media/stick org.example.OS os/stable',
    },
  ],
  async run({ session, repo, options, args, out, signal, usageError }) {
    const [mount, ...words] = args
    if (mount === undefined) throw usageError('A MOUNT-PATH must be specified')
    if (words.length < 2) throw usageError('At least one COLLECTION-ID REF pair must be specified')
    if (words.length % 2 === 1) throw usageError('Only complete COLLECTION-ID REF pairs may be specified')
    if (options.commit !== undefined && words.length > 2) {
      throw usageError('The --commit option can only be used when a single COLLECTION-ID REF pair is specified')
    }
    const refs = parseCollectionRefs(words)
    const status = pullStatus(session, out)
    try {
      await createUsb(repo, mount, refs, {
        destination: options['destination-repo'],
        ...(options.commit === undefined ? {} : { commit: parseChecksum(options.commit) }),
        ...(options['disable-fsync'] ? { fsync: false } : {}),
        signal,
        onProgress: status.event,
      })
    } catch (error) {
      if (isOstreeError(error, 'USB_DESTINATION')) throw usageError(error.message)
      throw error
    } finally {
      status.close()
    }
    const place = options['destination-repo'] ?? DEFAULT_USB_REPO
    const source = absolutePath(session, repo.path)
    const count = `${refs.length}/${refs.length}`
    out.line(`Copied ${count} refs successfully from ‘${source}’ to ‘${place}’ repository in ‘${mount}’.`)
  },
})
