/** Something happened that others may wait for: new events of a run, another change of its state or of what it had told before, or new work. */
export type LiveSignal =
  | { readonly kind: 'run-events' | 'run-changed' | 'run-rewritten'; readonly runId: string }
  | { readonly kind: 'run-queued' | 'job-queued' };
