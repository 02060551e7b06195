import { setImmediate as breathe } from 'node:timers/promises';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { holdsPersonalData } from './shown-items.ts';

/** Characters of stored items that are looked through before other requests have their turn: milliseconds of prose, a tenth of a second of digits. */
const CHARACTERS_A_TURN = 32 * 1024;

/** How many items hold personal data; `lines` are the items as they are stored. */
export async function countPersonal(items: readonly DatasetItem[], lines: readonly string[]): Promise<number> {
  let [count, looked] = [0, 0];
  for (const [index, item] of items.entries()) {
    if (looked >= CHARACTERS_A_TURN) {
      await breathe();
      looked = 0;
    }
    looked += lines[index]?.length ?? 0;
    if (holdsPersonalData(item)) count++;
  }
  return count;
}
