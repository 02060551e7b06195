import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { givingWay } from '../../plugins/give-way.ts';
import { holdsPersonalData } from './shown-items.ts';

/** How many items hold personal data. */
export async function countPersonal(items: readonly DatasetItem[]): Promise<number> {
  const giveWay = givingWay();
  let count = 0;
  for (const item of items) {
    await giveWay();
    if (holdsPersonalData(item)) count++;
  }
  return count;
}
