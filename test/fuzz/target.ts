// What is fed with damaged files.

export interface FuzzTarget {
  readonly name: string
  /** Good files to start from. */
  readonly seeds: readonly Uint8Array[]
  /** Made once before the inputs come. */
  prepare(): Promise<FuzzReader>
}

/**
 * Reads one input. An OstreeError is a good end, and so is returning; anything else that it throws is a finding, broken
 * promises included that it checks by itself.
 */
export type FuzzReader = (input: Uint8Array) => Promise<void> | void
