// What `pull` shows: a status line that is drawn over itself on a terminal, one line at the end elsewhere, or events as
// JSON. The texts are the reference's.

import type { PullEvent, PullProgress, PullResult } from '../pull/pull-options.ts'
import { formatSize } from '../text/format-size.ts'
import type { Output } from './output.ts'

/** Of the documents that `--json` prints, one a line. */
const EVENT_VERSION = 1

/** `204 metadata, 19800 content objects fetched; 47335 KiB transferred in 11 seconds; 153.4 MB content written` */
export function describeResult(result: PullResult): string {
  const { importedMetadata, importedContent, fetchedMetadata, fetchedContent, fetchedDeltaParts } = result
  let text: string
  if (result.local) text = `${importedMetadata} metadata, ${importedContent} content objects imported`
  else {
    text =
      fetchedDeltaParts > 0
        ? `${fetchedDeltaParts} delta parts, ${fetchedMetadata + fetchedContent} loose fetched`
        : `${fetchedMetadata} metadata, ${fetchedContent} content objects fetched`
    if (importedMetadata > 0 || importedContent > 0) {
      text += ` (${importedMetadata} meta, ${importedContent} content local)`
    }
  }
  if (result.bytesTransferred > 0) {
    const bytes = result.bytesTransferred
    const amount = bytes < 1024 ? `${bytes} B` : `${Math.floor(bytes / 1024)} KiB`
    text += `; ${amount} transferred in ${Math.floor(result.elapsedSeconds)} seconds`
  }
  return `${text}; ${formatSize(result.contentBytesWritten)} content written`
}

/** What `--dry-run` prints. */
export function describeDelta(result: PullResult): string {
  const { fetchedDeltaParts, fetchedDeltaFallbacks, totalDeltaParts, totalDeltaFallbacks } = result
  const parts = `${fetchedDeltaParts + fetchedDeltaFallbacks}/${totalDeltaParts + totalDeltaFallbacks} parts`
  const sizes = `${formatSize(result.fetchedDeltaPartBytes)}/${formatSize(result.totalDeltaPartBytes)}`
  return `Delta update: ${parts}, ${sizes}, ${formatSize(result.totalDeltaPartUnpackedBytes)} total uncompressed`
}

/** What the status line says at one moment. */
export function describeProgress(progress: PullProgress): string {
  if (progress.failing) return 'Caught error, waiting for outstanding tasks'
  if (progress.outstandingFetches > 0) return describeFetching(progress)
  if (progress.outstandingWrites > 0) return `Writing objects: ${progress.outstandingWrites}`
  return `Scanning metadata: ${progress.scannedMetadata}`
}

function describeFetching(progress: PullProgress): string {
  const { bytesTransferred, elapsedSeconds } = progress
  // The first second says little about the speed.
  const speed =
    elapsedSeconds < 1 || bytesTransferred === 0 ? 0 : Math.floor(bytesTransferred / Math.floor(elapsedSeconds))
  const perSecond = speed === 0 ? '-' : formatSize(speed)
  if (progress.totalDeltaParts > 0) return describeDeltaParts(progress, speed)
  if (progress.scanning || progress.outstandingMetadataFetches > 0) {
    return `Receiving metadata objects: ${progress.fetchedMetadata}/(estimating) ${perSecond}/s ${formatSize(bytesTransferred)}`
  }
  const fetched = progress.fetchedMetadata + progress.fetchedContent
  const requested = progress.requestedMetadata + progress.requestedContent
  const percent = Math.floor((fetched / requested) * 100)
  return `Receiving objects: ${percent}% (${fetched}/${requested}) ${perSecond}/s ${formatSize(bytesTransferred)}`
}

function describeDeltaParts(progress: PullProgress, bytesPerSecond: number): string {
  const { fetchedDeltaPartBytes: done, totalDeltaPartBytes: total } = progress
  const fetched = progress.fetchedDeltaParts + progress.fetchedDeltaFallbacks
  const parts = `${fetched}/${progress.totalDeltaParts + progress.totalDeltaFallbacks}`
  const text = `Receiving delta parts: ${parts} ${formatSize(done)}/${formatSize(total)}`
  if (bytesPerSecond === 0) return text
  const left = total > done ? Math.floor((total - done) / bytesPerSecond) : 0
  return `${text} ${formatSize(bytesPerSecond)}/s ${formatDuration(left)}remaining`
}

/** `1 hours 5 minutes 2 seconds `: what is zero is left out, seconds excepted. */
function formatDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  let text = ''
  if (days > 0) text += `${days} days `
  if (hours > 0) text += `${hours % 24} hours `
  if (minutes > 0) text += `${minutes % 60} minutes `
  return `${text}${seconds % 60} seconds `
}

/** Where what happens during a pull is shown. */
export interface PullDisplay {
  event(event: PullEvent): void
  done(result: PullResult): void
  /** Leaves the line to whatever comes next; called whether the pull succeeded or not. */
  close(): void
}

export function plainDisplay(out: Output): PullDisplay {
  return { event() {}, done: (result) => out.line(describeResult(result)), close() {} }
}

export function jsonDisplay(out: Output): PullDisplay {
  const print = (document: object) => {
    out.line(JSON.stringify({ version: EVENT_VERSION, ...document }))
    out.flush()
  }
  return { event: print, done: (result) => print({ type: 'done', ...result }), close() {} }
}
