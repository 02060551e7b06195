import '../../../testing/browser-stubs.ts';
import { dataSource, sourceSample } from '@greenlight/shared/stages/data/source-contract.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { ImportForm } from './import-form.tsx';

const request = vi.fn<typeof fetch>();
const asked = () =>
  request.mock.calls.flatMap(([, init]) =>
    init?.method === 'POST' ? [JSON.parse(init.body as string) as object] : [],
  );

const SOURCE = dataSource.parse({
  ...{ id: '01a20a76-a2a3-7a62-8176-708ce0b86c30', projectId: '01a20a76-a2a3-7a62-8176-708ce0b86c34' },
  ...{ name: 'reviews.csv', format: 'csv', sizeBytes: 40, state: 'complete', receivedBytes: 40, partBytes: 40 },
  ...{ sha256: '0'.repeat(64), createdBy: 'a@shop.example' },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-08T00:00:00.000Z' },
});
const ENCODINGS = [
  { encoding: 'big5', text: '客服態度很差' },
  { encoding: 'shift_jis', text: 'ｫﾈｪA' },
];
const PROBLEM = { code: 'invalid-encoding', row: 1, byte: 3, zh: '无效', en: 'No valid UTF-8.' };

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('en');
  request.mockImplementation(async (_, init) => {
    if (init?.method !== 'POST') return Response.json({ error: { code: 'not-found', message: '' } }, { status: 404 });
    const { encoding } = JSON.parse(init.body as string) as { encoding?: string };
    if (encoding === 'auto') {
      const details = { problem: PROBLEM, encodings: ENCODINGS };
      return Response.json({ error: { code: 'unreadable-source', message: 'No.', details } }, { status: 422 });
    }
    return Response.json(
      sourceSample.parse({
        ...{ encoding, encodings: ENCODINGS, delimiter: ',', columns: ['留言'], errors: [] },
        mapping: { encoding, text: '留言' },
        items: [{ row: 2, text: '客服態度很差' }],
        personalLabels: { count: 0, examples: [] },
      }),
    );
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

test('a file in another encoding leads to the ones it may have, each with its text, and the chosen one is read', async () => {
  renderPart(<ImportForm source={SOURCE} onStarted={() => undefined} />);
  const choice = await screen.findByTestId('encoding-choice');
  expect(choice.textContent).toContain('客服態度很差');
  expect(document.body.textContent).toContain('No valid UTF-8.');
  const make = () => screen.getByRole('button', { name: 'Add the version' });
  expect(make()).toHaveProperty('disabled', true);

  fireEvent.click(screen.getByRole('radio', { name: /Big5/ }));
  await screen.findByTestId('file-sample');
  expect(asked().at(-1)).toEqual({ mapping: null, encoding: 'big5' });
  expect(screen.getByRole('radio', { name: /Big5/ })).toHaveProperty('checked', true);
  await waitFor(() => expect(make()).toHaveProperty('disabled', false));

  // The other one still is a click away where this one reads wrong; its columns have other names there.
  fireEvent.click(screen.getByRole('radio', { name: /Shift_JIS/ }));
  await waitFor(() => expect(asked().at(-1)).toEqual({ mapping: null, encoding: 'shift_jis' }));
});
