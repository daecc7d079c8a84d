// The script of a worker thread: runs jobs for the pool that started it.

import { JOBS } from './jobs.ts'
import { serveJobs } from './platform/node/serve-jobs.ts'

await serveJobs(JOBS)
