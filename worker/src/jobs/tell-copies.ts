import { setTimeout as delay } from 'node:timers/promises';
import { COPIES_INTERVAL_SECONDS, reportCopies } from '@greenlight/shared/worker-protocol/copies.ts';
import { RefusedError, UnreachableError } from '../report/client.ts';
import type { Registration } from './registration.ts';
import type { WorkContext } from './train.ts';

/**
 * Tells the server again and again which copies lie here and removes those that nothing needs any more, until the process is asked to stop. Each report
 * is whole, so that one which was lost, or a kill before the removal, needs nothing but the next one.
 */
export async function tellCopies(
  { client, copies, terminal, shutdown }: WorkContext,
  registration: Registration,
): Promise<void> {
  while (!shutdown.aborted) {
    const { released } = copies;
    let removed = 0;
    try {
      const body = { workerId: await registration.workerId, held: await copies.held() };
      const { obsolete } = await client.call(reportCopies, { body }, { signal: shutdown, attempts: 1 });
      removed = await copies.remove(obsolete);
      if (removed > 0) terminal.line(`Removed copies that nothing needs any more: ${removed}`);
    } catch (error) {
      if (shutdown.aborted) return;
      // A server that is away, or that knows this worker no more, hears the next report.
      if (!(error instanceof UnreachableError || error instanceof RefusedError))
        terminal.line(`Copies: ${String(error)}`);
    }
    // That they are gone is told at once, and what a run or job used may go when it ends.
    if (removed === 0) await Promise.race([released, untilNextReport(shutdown)]);
  }
}

async function untilNextReport(signal: AbortSignal): Promise<void> {
  await delay(COPIES_INTERVAL_SECONDS * 1000, undefined, { signal }).catch(() => undefined);
}
