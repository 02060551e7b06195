import { setImmediate as turn } from 'node:timers/promises';

/** The server answers nobody else for so long at most, apart from one piece of work that cannot be cut. */
const LONGEST_TURN_MS = 8;

/** Makes what long work awaits between its pieces: other requests have their turn whenever that long has passed. */
export function givingWay(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < LONGEST_TURN_MS) return;
    await turn();
    since = performance.now();
  };
}
