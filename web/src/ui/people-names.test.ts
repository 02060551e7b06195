import { expect, test } from 'vitest';
import { namesByAddress } from './people-names.ts';

test('people are called by name, and those who share one by name and address', () => {
  const names = namesByAddress([
    { email: 'lin@a.example', name: '林墨 ' },
    { email: 'ada@a.example', name: 'Ada Moss' },
    { email: 'ada@b.example', name: 'Ada Moss' },
  ]);
  expect(Object.fromEntries(names)).toEqual({
    'lin@a.example': '林墨',
    'ada@a.example': 'Ada Moss (ada@a.example)',
    'ada@b.example': 'Ada Moss (ada@b.example)',
  });
});
