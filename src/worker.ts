// The script of a worker thread: runs the jobs of the repository layer for the pool that started it.

import { serveJobs } from './platform/node/serve-jobs.ts'
import { JOBS } from './repo/jobs.ts'

await serveJobs(JOBS)
