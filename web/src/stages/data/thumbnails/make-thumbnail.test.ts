import { expect, test } from 'vitest';
import { isShownUnasked, resizeTo } from './make-thumbnail.ts';

test('the longer side of a large image becomes 320 pixels, and a small one stays as it is', () => {
  expect(resizeTo({ width: 4000, height: 3000 })).toMatchObject({ resizeWidth: 320 });
  expect(resizeTo({ width: 3000, height: 4000 })).toMatchObject({ resizeWidth: 240 });
  expect(resizeTo({ width: 1, height: 9000 })).toMatchObject({ resizeWidth: 1 });
  expect(resizeTo({ width: 320, height: 200 })).toEqual({});
});

test('what would take much of the line or the memory waits until it is asked for', () => {
  expect(isShownUnasked({ width: 4000, height: 3000, sizeBytes: 2_000_000 })).toBe(true);
  expect(isShownUnasked({ width: 4000, height: 3000, sizeBytes: 60_000_000 })).toBe(false);
  expect(isShownUnasked({ width: 10_000, height: 9000, sizeBytes: 2_000_000 })).toBe(false);
});
