import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major'; flavor: 'last-resort' }) => void;

/**
 * Collects what this thread has left on its heap, as the last thing that it does. V8 keeps the pages of a thread that has ended for eight seconds, with
 * all that was on them and for the next threads only: a run that followed another began with as much as 150 MB of it (V8 13.6).
 */
export function emptyHeap(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  // Only this kind hands emptied pages back at once.
  collect({ type: 'major', flavor: 'last-resort' });
}
