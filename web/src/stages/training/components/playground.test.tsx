import '../../../testing/browser-stubs.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { fireEvent, screen } from '@testing-library/react';
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

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('zh');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

test('the prompt of the run is continued greedily, and what it took is told', async () => {
  request.mockResolvedValue(Response.json({ text: '你好，世界', tokens: 2, checkpointStep: 30, elapsedMs: 120 }));
  renderPart(<Playground run={runWith(['checkpoint'])} />);
  fireEvent.click(screen.getByTestId('generate-submit'));
  expect((await screen.findByTestId('generate-text')).textContent).toBe('你好，世界');
  expect(screen.getByText('2 个 token，用时 120 毫秒，检查点：第 30 步')).toBeTruthy();
  expect(sentBody(request)).toEqual({
    prompt: '你好，',
    temperature: 0,
    maxTokens: 64,
  });
});

test('an empty prompt is not sent', async () => {
  renderPart(<Playground run={runWith(['checkpoint'])} />);
  fireEvent.change(screen.getByTestId('generate-prompt'), { target: { value: '' } });
  fireEvent.click(screen.getByTestId('generate-submit'));
  expect(await screen.findByText('请输入文本开头')).toBeTruthy();
  expect(request).not.toHaveBeenCalled();
});

test('before the first checkpoint there is nothing to try', () => {
  renderPart(<Playground run={runWith(['tokenizer'])} />);
  expect(screen.getByTestId<HTMLButtonElement>('generate-submit').disabled).toBe(true);
  expect(screen.getByText('第一个检查点尚未保存。')).toBeTruthy();
});
