import type { Notifications } from '../database/notifications.ts';
import type { LiveSignal } from './live-signal.ts';
import { newId } from './new-id.ts';
import type { Transaction } from '../database/client.ts';

/** Wakes those who wait for something to happen, in this process and in every other server on the same database. */
export interface Live {
  /** Tells the other servers, at the moment when the transaction commits. */
  announce(transaction: Transaction, signal: LiveSignal): Promise<void>;
  /** Wakes the listeners of this process without a round trip; call after the commit. */
  emit(signal: LiveSignal): void;
  /** Listens to one run's signals; returns how to stop. */
  onRun(runId: string, listener: (signal: LiveSignal) => void): () => void;
  /** Listens for new work, runs or jobs; returns how to stop. */
  onQueued(listener: () => void): () => void;
  close(): Promise<void>;
}

/** The database channel that carries signals between servers. */
const LIVE_CHANNEL = 'greenlight_live';

interface Envelope {
  readonly sender: string;
  readonly signal: LiveSignal;
}

function parseEnvelope(payload: string): Envelope | undefined {
  try {
    return JSON.parse(payload) as Envelope;
  } catch {
    return undefined;
  }
}

/** Connects the process to the channel; after a broken connection everybody is woken, since signals may have been lost. */
export async function openLive(notifications: Notifications): Promise<Live> {
  const self = newId();
  const byRun = new Map<string, Set<(signal: LiveSignal) => void>>();
  const queued = new Set<() => void>();

  function emit(signal: LiveSignal): void {
    if (!('runId' in signal)) for (const listener of [...queued]) listener();
    else for (const listener of [...(byRun.get(signal.runId) ?? [])]) listener(signal);
  }

  function emitEverything(): void {
    for (const runId of byRun.keys()) emit({ kind: 'run-rewritten', runId });
    emit({ kind: 'run-queued' });
  }

  const subscription = await notifications.listen(
    LIVE_CHANNEL,
    (payload) => {
      const envelope = parseEnvelope(payload);
      if (envelope !== undefined && envelope.sender !== self) emit(envelope.signal);
    },
    emitEverything,
  );

  return {
    async announce(transaction, signal) {
      const envelope: Envelope = { sender: self, signal };
      await transaction.$executeRaw`SELECT pg_notify(${LIVE_CHANNEL}, ${JSON.stringify(envelope)})`;
    },
    emit,
    onRun(runId, listener) {
      const listeners = byRun.get(runId) ?? new Set();
      byRun.set(runId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) byRun.delete(runId);
      };
    },
    onQueued(listener) {
      queued.add(listener);
      return () => queued.delete(listener);
    },
    close: () => subscription.close(),
  };
}
