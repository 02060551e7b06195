import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { expect, test } from 'vitest';
import { TextOutput } from './text-output.ts';

const TEXT = 'one two three four 五六七';
const characters = trainTokenizer('character', [TEXT], 100);
const bytes = trainTokenizer('bpe', ['a'], 260);

/** The pieces of a text that is cut at its last token, up to its stop sequence. */
function written(text: string, stop: string[], { tokenizer = characters, isCut = true } = {}) {
  const output = new TextOutput(tokenizer, '', stop);
  const pieces: string[] = [];
  for (const id of tokenizer.encode(text)) {
    pieces.push(output.push(id));
    if (output.stopSequence !== null) break;
  }
  pieces.push(output.end(isCut));
  return { pieces, text: pieces.join(''), stopSequence: output.stopSequence };
}

test('a text ends before its first stop sequence, none of which is shown meanwhile', () => {
  const { pieces, text, stopSequence } = written(TEXT, ['four', ' three']);
  expect([text, stopSequence]).toEqual(['one two', ' three']);
  expect(pieces.slice(0, 6)).toEqual(['o', 'n', 'e', '', '', ' tw']);
});

test('what only begins like a stop sequence is shown, at the end too', () => {
  expect(written(TEXT, ['six', ' trees', '七八'])).toMatchObject({ text: TEXT, stopSequence: null });
});

test('a stop sequence of several tokens, and one that another contains', () => {
  expect(written(TEXT, ['五六'])).toMatchObject({ text: 'one two three four ', stopSequence: '五六' });
  expect(written('aab', ['ab', 'aab'], { tokenizer: bytes })).toMatchObject({ text: '', stopSequence: 'aab' });
  expect(written('caaab', ['aab'], { tokenizer: bytes })).toMatchObject({ text: 'ca', stopSequence: 'aab' });
});

test('a character that the limit of tokens cuts in two is left out; one that the model ended in the middle of is not hidden', () => {
  const cut = new TextOutput(bytes, '', []);
  const ended = new TextOutput(bytes, '', []);
  for (const id of bytes.encode('a五').slice(0, -1)) {
    cut.push(id);
    ended.push(id);
  }
  expect(cut.end(true)).toBe('');
  expect(ended.end(false)).toBe('\uFFFD');
});
