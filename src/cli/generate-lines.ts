// What `static-delta generate` tells on stderr while it works.

import type { GenerateProgress } from '../deltas/generate/generate.ts'
import { formatSize } from '../text/format-size.ts'

export function generateLines(progress: GenerateProgress): readonly string[] {
  switch (progress.kind) {
    case 'analysed': {
      const { modified, metadata, regular, symlinks } = progress
      return [
        `modified: ${modified}`,
        `new reachable: metadata=${metadata} content regular=${regular} symlink=${symlinks}`,
      ]
    }
    case 'chunks': {
      const { from, to, sums, matches, total, matchedBytes } = progress
      const counts = `crcs=${sums} bufs=${matches.length} total=${total} matchsize=${matchedBytes}`
      return [`rollsum for ${from} -> ${to}; ${counts}`]
    }
    case 'compared':
      return [`rollsum for ${progress.chunks}/${progress.modified} modified`]
    case 'patched':
      return [`processing bsdiff: [${progress.done}/${progress.total}]`]
    case 'fallback':
      return [`fallback for ${progress.checksum} (${formatSize(progress.streamBytes)})`]
    case 'part': {
      const { index, objects, sizeBytes, unpackedBytes } = progress
      return [`part ${index + 1} n:${objects.length} compressed:${sizeBytes} uncompressed:${unpackedBytes}`]
    }
    case 'finished': {
      const { unpackedBytes, sizeBytes, looseBytes, chunked, chunkedBytes, patched } = progress
      return [
        `uncompressed=${unpackedBytes} compressed=${sizeBytes} loose=${looseBytes}`,
        `rollsum=${chunked} objects, ${chunkedBytes} bytes`,
        `bsdiff=${patched} objects`,
      ]
    }
  }
}
