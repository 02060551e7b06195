import '../testing/browser-stubs.ts';
import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useIdempotencyKey } from './use-idempotency-key.ts';

test('the same body keeps its key over drawings of the form, another one gets its own', () => {
  const { result, rerender } = renderHook(() => useIdempotencyKey());
  const first = result.current({ name: 'a' });
  rerender();
  expect(result.current({ name: 'a' })).toBe(first);
  expect(result.current({ name: 'b' })).not.toBe(first);
});
