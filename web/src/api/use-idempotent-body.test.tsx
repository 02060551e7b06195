import '../testing/browser-stubs.ts';
import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useIdempotentBody } from './use-idempotent-body.ts';

test('the same values keep their body and key over drawings of the form, other ones get their own', () => {
  let moment = 0;
  const { result, rerender } = renderHook(() =>
    useIdempotentBody(({ name }: { name: string }) => ({ name, at: ++moment })),
  );
  const first = result.current({ name: 'a' });
  rerender();
  expect(result.current({ name: 'a' })).toEqual(first);
  expect(first).toMatchObject({ name: 'a', at: 1 });
  const other = result.current({ name: 'b' });
  expect(other).toMatchObject({ name: 'b', at: 2 });
  expect(other.idempotencyKey).not.toBe(first.idempotencyKey);
});
