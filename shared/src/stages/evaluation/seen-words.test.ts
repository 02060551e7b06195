import { expect, test } from 'vitest';
import { seenInWords } from './seen-words.ts';

test.each([
  [{}, '', ''],
  [{ exact: 2 }, '2 of 2,000 texts were also trained on', '2,000 条文本中有 2 条参与过训练'],
  [
    { exact: 9, elsewhere: 1, near: 3 },
    '13 of 2,000 texts were also trained on (10 word for word, 3 nearly so)',
    '2,000 条文本中有 13 条参与过训练（10 条完全相同，3 条近似）',
  ],
  [{ near: 3 }, '3 of 2,000 texts were also trained on (3 nearly so)', '2,000 条文本中有 3 条参与过训练（3 条近似）'],
  [{ texts: 1, exact: 1 }, 'the one text was also trained on', '全部 1 条文本都参与过训练'],
  [{ exact: 1 }, '1 of 2,000 texts was also trained on', '2,000 条文本中有 1 条参与过训练'],
  [{ exact: 2000 }, 'all 2,000 texts were also trained on', '全部 2,000 条文本都参与过训练'],
  [
    { isDataGone: true },
    'data was deleted, and nobody can tell whether these texts were trained on',
    '有数据已被删除，无从判断这些文本是否参与过训练',
  ],
  [
    { elsewhere: 2, isDataGone: true },
    '2 of 2,000 texts were also trained on; data was deleted, so that it may be more',
    '2,000 条文本中有 2 条参与过训练；另有数据已被删除，实际可能更多',
  ],
])('%j', (change, en, zh) => {
  const none = { texts: 2000, exact: 0, elsewhere: 0, near: null, isDataGone: false, origin: null };
  expect(seenInWords({ ...none, ...change })).toEqual({ en, zh });
});
