import { id } from '@greenlight/shared/api/identifiers.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { randomId } from './random-id.ts';

afterEach(() => vi.unstubAllGlobals());

/** What a page that came over plain HTTP has of `crypto`, with bytes that are all the same. */
function insecureContext(byte: number): void {
  vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(byte) });
}

test.each([
  [0x00, '00000000-0000-4000-8000-000000000000'],
  [0xff, 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
])('without randomUUID, bytes of %d are an identifier of version 4', (byte, wanted) => {
  insecureContext(byte);
  expect(randomId()).toBe(wanted);
  expect(id.safeParse(randomId()).success).toBe(true);
});

test('identifiers are valid and differ', () => {
  const made = Array.from({ length: 200 }, randomId);
  expect(new Set(made).size).toBe(200);
  for (const one of made) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
