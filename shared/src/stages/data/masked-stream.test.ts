import { expect, test } from 'vitest';
import { MaskedStream } from './masked-stream.ts';
import { maskedContinuation } from './masked-text.ts';
import { Chooser, innocentText, plantedText } from './preparation/personal-data/test-corpus.ts';

/** What is shown of a text after each of its characters. */
function shownOf(prompt: string, continuation: string): string[] {
  const stream = new MaskedStream(prompt);
  let shown = prompt;
  const steps = Array.from(continuation, (character) => (shown += stream.push(character)));
  return [...steps, shown + stream.end()];
}

test.each([
  ['call ', '13812345678 or write to li.wei@example.com, thank you very much for your help'],
  ['tel 138', '12345678 and nothing more to say about it'],
  ['', '联系人：王小明，电话 138 1234 5678，住在北京市海淀区的一个小区里，平时喜欢看书'],
  ['Dear ', 'Christopher Featherstonehaugh, your order has been shipped and will arrive soon'],
  ['write ', 'to mark dot evans at acme dot com about the meeting that we had last week'],
])('nothing of "%s%s" is shown that is masked later, and all of it in the end', (prompt, continuation) => {
  const masked = maskedContinuation(prompt, prompt + continuation);
  expect(masked).not.toBe(prompt + continuation);
  const shown = shownOf(prompt, continuation);
  for (const step of shown) expect(masked.startsWith(step)).toBe(true);
  expect(shown.at(-1)).toBe(masked);
});

test('planted texts, alone and joined, are shown as the whole is masked', () => {
  const choose = new Chooser(20_261_126);
  for (let text = 0; text < 600; text++) {
    const parts = Array.from({ length: choose.between(1, 3) }, () =>
      choose.of([() => plantedText(choose).text, () => innocentText(choose)])(),
    );
    const whole = parts.join(choose.of([' ', '。', '\n', ', ', '']));
    const masked = maskedContinuation('', whole);
    const shown = shownOf('', whole);
    expect(shown.find((step) => !masked.startsWith(step))).toBeUndefined();
    expect(shown.at(-1)).toBe(masked);
  }
});

test('plain words are shown while the text is written, a few words behind', () => {
  const words = 'the quick brown fox jumps over the lazy dog and runs into the dark forest to sleep ';
  const shown = shownOf('', words.repeat(2));
  expect(shown[80]!.length).toBeGreaterThan(30);
  const chinese = shownOf('', '春眠不觉晓处处闻啼鸟夜来风雨声花落知多少床前明月光疑是地上霜');
  expect(chinese.at(-2)!.length).toBeGreaterThan(8);
});
