import { setTimeout as delay } from 'node:timers/promises';
import { heartbeat, LEASE_SECONDS } from '@greenlight/shared/worker-protocol/contract.ts';
import { RefusedError, type ServerClient } from '../report/client.ts';

const INTERVAL_MS = (LEASE_SECONDS * 1000) / 5;

/** Whom a heartbeat tells what it hears. */
export interface HeartbeatListener {
  onCancelRequested(): void;
  /** The server says that the run is no longer this worker's. */
  onLeaseLost(error: Error): void;
}

/** Keeps the lease of a run alive until the signal ends it; a server that cannot be reached is asked again at the next beat. */
export async function keepLease(
  client: ServerClient,
  runId: string,
  lease: string,
  signal: AbortSignal,
  listener: HeartbeatListener,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const reply = await client.call(heartbeat, { params: { runId }, body: { lease } }, { signal, attempts: 1 });
      if (reply.cancelRequested) listener.onCancelRequested();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RefusedError) {
        listener.onLeaseLost(error);
        return;
      }
    }
    await delay(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}
