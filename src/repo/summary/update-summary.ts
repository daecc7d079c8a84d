// When a changed ref changes the summary too. Facts: spec/repository.md#summary

import type { Repo } from '../repo.ts'
import { regenerateSummary } from './regenerate-summary.ts'

/** `core.auto-update-summary`, and its older name `commit-update-summary`. */
export async function regenerateSummaryIfConfigured(repo: Repo): Promise<void> {
  if (repo.config.autoUpdateSummary) await regenerateSummary(repo)
}
