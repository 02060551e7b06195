import { datasetItem } from '@greenlight/shared/stages/data/content.ts';
import { expect, test } from 'vitest';
import { countPersonal } from './count-personal.ts';

test('others have their turn while the items of a large version are looked through', async () => {
  const texts = Array.from(
    { length: 600 },
    (_, number) => `${number % 4 === 0 ? 'lin@example.org ' : ''}${'1 '.repeat(4_000)}`,
  );
  const items = texts.map((text) => datasetItem.parse({ text }));
  let turns = 0;
  const takeTurn = (): void => {
    turns += 1;
    next = setImmediate(takeTurn);
  };
  let next = setImmediate(takeTurn);
  expect(await countPersonal(items)).toBe(150);
  clearImmediate(next);
  expect(turns).toBeGreaterThan(5);
});
