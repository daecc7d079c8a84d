// What every long operation takes: a way to stop it and a way to watch it.

/** A value now or later. Local stores answer at once, remote ones later; callers always `await`. */
export type Awaitable<T> = T | Promise<T>

/** Goes on at once with a value that is there: for what is met in every file, `await` costs more than the work itself. */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}

export interface OperationOptions<Progress = never> {
  /** Checked between objects. On abort the promise rejects with `signal.reason`; nothing half-written remains. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}
