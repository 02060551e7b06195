import '../../../testing/browser-stubs.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { ErasureForm } from './erasure-form.tsx';

const sent: { idempotencyKey: string; identifiers: { value: string }[] }[] = [];

beforeEach(() => {
  translationsIn('en');
  sent.length = 0;
  vi.stubGlobal('fetch', async (_: string, { body }: RequestInit) => {
    sent.push(JSON.parse(body as string) as (typeof sent)[number]);
    throw new TypeError('the line broke');
  });
});
afterEach(() => vi.unstubAllGlobals());

async function askFor(address: string): Promise<void> {
  const before = sent.length;
  fireEvent.change(screen.getByTestId('identifier-0'), { target: { value: address } });
  fireEvent.submit(document.querySelector('form')!);
  await waitFor(() => expect(sent).toHaveLength(before + 1));
  await waitFor(() => expect(document.querySelector('.ant-btn-loading')).toBeNull());
}

test('after a lost reply the same person is asked for under the same key, somebody else under another', async () => {
  renderPart(<ErasureForm projectId="01a20a76-a2a3-7a62-8176-708ce0b86c34" onStarted={() => undefined} />);
  fireEvent.change(document.querySelector('textarea')!, { target: { value: 'They asked.' } });
  await askFor('first@example.com');
  await askFor('first@example.com');
  await askFor('second@example.com');
  const [first, again, other] = sent;
  expect(again).toEqual(first);
  expect(other!.identifiers[0]!.value).toBe('second@example.com');
  expect(other!.idempotencyKey).not.toBe(first!.idempotencyKey);
});
