import { expect, test } from 'vitest';
import { eightLinePoems, splitTexts, textsOfCommonCharacters } from './poems.ts';

const couplets = [
  '床前明月光，疑是地上霜。',
  '舉頭望明月，低頭思故鄉。',
  '白日依山盡，黃河入海流。',
  '欲窮千里目，更上一層樓。',
];
const [first = '', second = '', third = '', fourth = ''] = couplets;

test('only poems of four couplets of five characters are taken, without variants of one another', () => {
  const shared = ['春眠不覺曉，處處聞啼鳥。', '夜來風雨聲，花落知多少。', '千山鳥飛絕，萬徑人蹤滅。', first];
  const poems = [
    { paragraphs: couplets },
    { paragraphs: couplets },
    { paragraphs: shared },
    { paragraphs: [first, second, third] },
    { paragraphs: [first, second, third, '更上一層樓。'] },
    { paragraphs: ['□前明月光，疑是地上霜。', second, third, fourth] },
  ];
  expect(eightLinePoems(poems)).toEqual([couplets.join('')]);
});

test('texts with a rare character are left out', () => {
  expect(textsOfCommonCharacters(['aab', 'abc', 'cab', 'ad', 'b'], 3)).toEqual(['aab', 'abc', 'cab', 'b']);
});

test('splits are of the asked sizes, share nothing, and depend on the seed alone', () => {
  const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`);
  const splits = splitTexts(texts, 80, 10, 3);
  expect([splits.train.length, splits.validation.length, splits.test.length]).toEqual([60, 10, 10]);
  expect(new Set([...splits.train, ...splits.validation, ...splits.test]).size).toBe(80);
  expect(splitTexts(texts, 80, 10, 3)).toEqual(splits);
  expect(splitTexts(texts, 80, 10, 4)).not.toEqual(splits);
});
