// How a proof is told: a line for each step as it ends, the differences below it, and a verdict.

import type { ProofStep } from './prove.ts'

/** Prints the steps as they come. @returns How many of them found a difference. */
export async function report(steps: AsyncIterable<ProofStep>, print: (line: string) => void): Promise<number> {
  let count = 0
  let failed = 0
  for await (const { mode, name, detail, differences, seconds } of steps) {
    count++
    if (differences.length > 0) failed++
    const verdict = differences.length > 0 ? 'DIFFERS' : 'same'
    print(`${verdict.padEnd(8)}${mode.padEnd(18)}${name.padEnd(33)}${seconds.toFixed(1).padStart(6)} s  ${detail}`)
    for (const difference of differences) print(`        ${difference}`)
  }
  print(failed === 0 ? `${count} steps, no difference` : `${count} steps, ${failed} with differences`)
  return failed
}
