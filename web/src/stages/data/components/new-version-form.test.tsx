import '../../../testing/browser-stubs.ts';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { NewVersionForm } from './new-version-form.tsx';

const PROJECT_ID = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const request = vi.fn<typeof fetch>();
const wishes = () => request.mock.calls.filter(([, init]) => init?.method === 'POST');

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('en');
  request.mockImplementation(async () => Response.json({ error: { code: 'not-found', message: '' } }, { status: 404 }));
  renderPart(<NewVersionForm projectId={PROJECT_ID} onClose={() => undefined} onAdded={() => undefined} />);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

/** Chooses a file that is not read before the answer is called. */
async function choose(content: string): Promise<() => void> {
  let letRead = (): void => undefined;
  const file = new File([content], 'reviews.csv', { type: 'text/csv' });
  const bytes = new TextEncoder().encode(content).buffer;
  const read = vi.fn<() => Promise<ArrayBuffer>>(
    () => new Promise<ArrayBuffer>((resolve) => (letRead = () => resolve(bytes))),
  );
  Object.defineProperty(file, 'arrayBuffer', { value: read });
  fireEvent.change(document.querySelector('input[type=file]')!, { target: { files: [file] } });
  await waitFor(() => expect(read).toHaveBeenCalledOnce());
  return letRead;
}

function submit(): void {
  fireEvent.change(screen.getByLabelText(/^Where the texts come from/), { target: { value: 'a shop' } });
  fireEvent.change(screen.getByLabelText(/^Licence/), { target: { value: 'own' } });
  fireEvent.click(screen.getByRole('button', { name: /Add the version/ }));
}

test('a version that is asked for while its file is read is added once it is', async () => {
  const letRead = await choose('text,label\ngood,a\nbad,b\n');
  submit();
  await waitFor(() => expect(document.querySelector('.ant-btn-loading')).not.toBeNull());
  expect(screen.queryByRole('alert')).toBeNull();
  letRead();
  await waitFor(() => expect(wishes()).toHaveLength(1));
  const body = wishes()[0]![1]!.body as string;
  expect(body).toContain('good');
  expect(body).toContain('"reviews"');
});

test('where the file cannot be read nothing is sent, and what is missing is said', async () => {
  const letRead = await choose('text,label\ngood\n');
  submit();
  await waitFor(() => expect(document.querySelector('.ant-btn-loading')).not.toBeNull());
  letRead();
  await waitFor(() => expect(screen.getByTestId('file-problem').textContent).toContain('another number of cells'));
  await waitFor(() => expect(document.querySelector('.ant-btn-loading')).toBeNull());
  expect(wishes()).toHaveLength(0);
});

test('whoever goes over to typing while the file is read adds nothing of it', async () => {
  const letRead = await choose('text,label\ngood,a\nbad,b\n');
  submit();
  await waitFor(() => expect(document.querySelector('.ant-btn-loading')).not.toBeNull());
  fireEvent.click(screen.getByText('Typed texts'));
  expect(await screen.findByLabelText(/^Texts/)).toBeTruthy();
  letRead();
  await waitFor(() => expect(document.querySelector('.ant-btn-loading')).toBeNull());
  expect(wishes()).toHaveLength(0);
});

test('a column by which a criterion judges and that the version would lack is named before it is added', async () => {
  cleanup();
  const criteria = ['dialect', 'dialect=north', 'lang', null].map((slice) => ({ criterion: { slice } }));
  const project = { problemType: 'text-generation', criteria };
  request.mockImplementation(async () => Response.json(project));
  renderPart(<NewVersionForm projectId={PROJECT_ID} onClose={() => undefined} onAdded={() => undefined} />);
  await waitFor(() => expect(request).toHaveBeenCalled());
  const letRead = await choose('text,lang\ngood,en\nbad,zh\n');
  letRead();
  expect((await screen.findByTestId('judged-missing')).textContent).toMatch(
    /judges by the column “dialect”, which this/,
  );
});
