import '../../../testing/browser-stubs.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { sentBody } from '../../../testing/sent-body.ts';
import { translationsIn } from '../../../testing/translations.ts';
import { Playground } from './playground.tsx';

const request = vi.fn<typeof fetch>();

function runWith(kinds: readonly string[]): Run {
  const configuration = runConfiguration.parse({ samplePrompts: ['你好，'] });
  return { id: 'r', configuration, artifacts: kinds.map((kind) => ({ kind })) } as unknown as Run;
}

/** A stream of events that the test goes on writing. */
function answering() {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const bytes = (event: string, data: unknown) =>
    new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  request.mockResolvedValue(new Response(readable, { headers: { 'content-type': 'text/event-stream' } }));
  return {
    send: (event: string, data: unknown) => act(() => writer.write(bytes(event, data))),
    sendBytes: (event: string, data: unknown, from: number, to?: number) =>
      act(() => writer.write(bytes(event, data).slice(from, to))),
    close: () => act(() => writer.close()),
  };
}

const END = {
  text: '你好，世界',
  tokens: 2,
  finishReason: 'stop',
  stopSequence: null,
  checkpointStep: 30,
  elapsedMs: 120,
};

function submit(): void {
  fireEvent.click(screen.getByTestId('generate-submit'));
}

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('zh');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

test('the prompt of the run is continued greedily, as it is written, and what it took is told', async () => {
  const stream = answering();
  renderPart(<Playground run={runWith(['checkpoint'])} />);
  submit();
  await stream.send('piece', { text: '世', tokens: 1 });
  await expect.poll(() => screen.getByTestId('generate-text').textContent).toBe('你好，世');
  // The bytes of a character may come in two parts.
  const piece = ['piece', { text: '界', tokens: 2 }] as const;
  await stream.sendBytes(...piece, 0, 30);
  await stream.sendBytes(...piece, 30);
  await expect.poll(() => screen.getByTestId('generate-text').textContent).toBe('你好，世界');
  await stream.send('end', END);
  expect((await screen.findByTestId('generate-end')).textContent).toBe(
    '2 个 token，用时 120 毫秒，检查点：第 30 步。模型自行结束了文本。',
  );
  expect(sentBody(request)).toEqual({
    prompt: '你好，',
    ...{ temperature: 0, maxTokens: 64, topK: 0, topP: 1, seed: 1, stop: [] },
  });
});

test.each([
  [{ stopSequence: '。' }, '在停止序列“。”处结束。'],
  [{ finishReason: 'length', tokens: 64 }, '已达到所要求的最多 token 数，文本被截断。'],
  [{ finishReason: 'length', tokens: 40 }, '已达到模型可写的最大长度，文本被截断。'],
])('why a text ended is told: %j', async (changes, sentence) => {
  const stream = answering();
  renderPart(<Playground run={runWith(['checkpoint'])} />);
  submit();
  await stream.send('end', { ...END, ...changes });
  expect((await screen.findByTestId('generate-end')).textContent).toContain(sentence);
});

test('stopping ends the request and keeps what has come', async () => {
  const stream = answering();
  renderPart(<Playground run={runWith(['checkpoint'])} />);
  submit();
  await stream.send('piece', { text: '世', tokens: 1 });
  await expect.poll(() => screen.getByTestId('generate-text').textContent).toBe('你好，世');
  fireEvent.click(screen.getByTestId('generate-halt'));
  expect(request.mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
});

test('a text that breaks off is kept, with what happened', async () => {
  const stream = answering();
  renderPart(<Playground run={runWith(['checkpoint'])} />);
  submit();
  await stream.send('piece', { text: '世', tokens: 1 });
  await stream.send('error', { error: { code: 'inference-unavailable', message: 'gone' } });
  expect(await screen.findByText('文本中途断开，已写出的部分保留在上方。')).toBeTruthy();
  expect(screen.getByTestId('generate-text').textContent).toBe('你好，世');
  expect(screen.getByRole('alert').textContent).not.toBe('');
});

test('a refusal shows its sentence and no text', async () => {
  request.mockResolvedValue(Response.json({ error: { code: 'no-checkpoint', message: 'none' } }, { status: 409 }));
  renderPart(<Playground run={runWith(['checkpoint'])} />);
  submit();
  expect(await screen.findByRole('alert')).toBeTruthy();
  expect(screen.queryByTestId('generate-text')).toBeNull();
});

test('leaving the page ends the writing', async () => {
  const stream = answering();
  const { unmount } = renderPart(<Playground run={runWith(['checkpoint'])} />);
  submit();
  await stream.send('piece', { text: '世', tokens: 1 });
  unmount();
  expect(request.mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
});

test('an empty prompt is not sent', async () => {
  renderPart(<Playground run={runWith(['checkpoint'])} />);
  fireEvent.change(screen.getByTestId('generate-prompt'), { target: { value: '' } });
  submit();
  expect(await screen.findByText('请输入文本开头')).toBeTruthy();
  expect(request).not.toHaveBeenCalled();
});

test('before the first checkpoint there is nothing to try', () => {
  renderPart(<Playground run={runWith(['tokenizer'])} />);
  expect(screen.getByTestId<HTMLButtonElement>('generate-submit').disabled).toBe(true);
  expect(screen.getByText('第一个检查点尚未保存。')).toBeTruthy();
});
