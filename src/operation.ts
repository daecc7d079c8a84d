// What every long operation takes: a way to stop it and a way to watch it.

/** A value now or later. Local stores answer at once, remote ones later; callers always `await`. */
export type Awaitable<T> = T | Promise<T>

export interface OperationOptions<Progress = never> {
  /** Checked between objects. On abort the promise rejects with `signal.reason`; nothing half-written remains. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}
