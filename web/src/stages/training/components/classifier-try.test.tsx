import '../../../testing/browser-stubs.ts';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { sentBody } from '../../../testing/sent-body.ts';
import { translationsIn } from '../../../testing/translations.ts';
import { ClassifierTry } from './classifier-try.tsx';

const request = vi.fn<typeof fetch>();
const LOSSES = {
  'single-label': 'cross-entropy',
  'multi-label': 'binary-cross-entropy',
  regression: 'mean-squared-error',
} as const;

function runWith(task: keyof typeof LOSSES, kinds: readonly string[] = ['checkpoint']): Run {
  const configuration: RunConfiguration = runConfiguration.parse({
    ...{ architecture: 'encoder-classifier', decoderLayers: 0, task, loss: LOSSES[task] },
  });
  return { id: 'r', configuration, artifacts: kinds.map((kind) => ({ kind })) } as unknown as Run;
}

function answered(answer: object, labels: readonly string[], task: string, heads: readonly object[] = []): void {
  const text = { probabilities: [], predicted: [], value: null, tokens: 7, isCut: false, ...answer };
  request.mockResolvedValue(
    Response.json({ task, labels, threshold: 0.5, answers: [text], heads, checkpointStep: 30, elapsedMs: 12 }),
  );
}

function ask(text: string): void {
  fireEvent.change(screen.getByTestId('classify-text'), { target: { value: text } });
  fireEvent.click(screen.getByTestId('classify-submit'));
}

const bars = async () => (await screen.findAllByTestId('label-bar')).map(({ textContent }) => textContent);

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('zh');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

test('the labels come with their probabilities, the likeliest first and marked', async () => {
  answered({ probabilities: [0.08, 0.92] }, ['ham', 'spam'], 'single-label');
  renderPart(<ClassifierTry run={runWith('single-label')} />);
  ask('Buy now!');
  expect(await bars()).toEqual(['spam ✓ 预测结果92.0 %', 'ham8.0 %']);
  expect(screen.getByText('读取 7 个 token，用时 12 毫秒，检查点：第 30 步')).toBeTruthy();
  expect(sentBody(request)).toEqual({ texts: ['Buy now!'], threshold: 0.5 });
});

test('several labels follow the threshold without being asked again', async () => {
  answered({ probabilities: [0.6, 0.9, 0.1] }, ['a', 'b', 'c'], 'multi-label');
  renderPart(<ClassifierTry run={runWith('multi-label')} />);
  ask('x');
  expect(await bars()).toEqual(['b ✓ 预测结果90.0 %', 'a ✓ 预测结果60.0 %', 'c10.0 %']);
  fireEvent.change(screen.getByLabelText('阈值'), { target: { value: '0.7' } });
  expect(await bars()).toEqual(['b ✓ 预测结果90.0 %', 'a60.0 %', 'c10.0 %']);
  fireEvent.change(screen.getByLabelText('阈值'), { target: { value: '0.95' } });
  expect(screen.getByTestId('classify-none').textContent).toBe('没有标签的概率高于阈值 0.9500。');
  expect(request).toHaveBeenCalledTimes(1);
});

test('a regression gives its number, and a long text is said to be cut', async () => {
  answered({ value: 3.25, isCut: true }, [], 'regression');
  renderPart(<ClassifierTry run={runWith('regression')} />);
  ask('x');
  expect((await screen.findByTestId('classify-value')).textContent).toBe('预测值：3.250');
  expect(screen.getByText('文本超出模型可读取的长度：只计入前 7 个 token。')).toBeTruthy();
  expect(screen.queryByTestId('label-bar')).toBeNull();
});

test('of many labels the likeliest are shown, and all when asked', async () => {
  const labels = Array.from({ length: 30 }, (_, index) => `label ${index}`);
  answered({ probabilities: labels.map((_, index) => index / 435) }, labels, 'single-label');
  renderPart(<ClassifierTry run={runWith('single-label')} />);
  ask('x');
  expect(await bars()).toHaveLength(8);
  fireEvent.click(screen.getByText('显示全部 30 个标签'));
  expect(await bars()).toHaveLength(30);
});

test('an empty text is not sent, and before the first checkpoint there is nothing to ask', async () => {
  const { unmount } = renderPart(<ClassifierTry run={runWith('single-label')} />);
  fireEvent.click(screen.getByTestId('classify-submit'));
  expect(await screen.findByText('请输入文本')).toBeTruthy();
  expect(request).not.toHaveBeenCalled();
  unmount();
  renderPart(<ClassifierTry run={runWith('single-label', ['tokenizer'])} />);
  expect(screen.getByTestId<HTMLButtonElement>('classify-submit').disabled).toBe(true);
});

test('further heads give their answers under the names of their tasks', async () => {
  const heads = [
    {
      name: 'flags',
      task: 'multi-label',
      labels: ['a', 'b'],
      answers: [{ probabilities: [0.9, 0.2], predicted: ['a'], value: null }],
    },
    { name: 'severity', task: 'regression', labels: [], answers: [{ probabilities: [], predicted: [], value: 2.5 }] },
  ];
  answered({ probabilities: [0.08, 0.92] }, ['ham', 'spam'], 'single-label', heads);
  renderPart(<ClassifierTry run={runWith('single-label')} />);
  ask('Buy now!');
  expect(await bars()).toEqual(['spam ✓ 预测结果92.0 %', 'ham8.0 %', 'a ✓ 预测结果90.0 %', 'b20.0 %']);
  expect(screen.getByTestId('classify-head-severity').textContent).toContain('2.5');
});
