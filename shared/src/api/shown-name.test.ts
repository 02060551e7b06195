import { expect, test } from 'vitest';
import { shownName } from './shown-name.ts';

const name = shownName(30);

test.each([
  ['a name of another person with a blank that nobody sees', '陈晓\u200b雯', '陈晓雯'],
  ['a name that is turned round', '\u202enimda', 'nimda'],
  ['isolates', '\u2066admin\u2069', 'admin'],
  ['two lines', 'a\r\nb', 'a b'],
  ['two forms of one letter', 'Zoe\u0308', 'Zoë'],
  ['an emoji of several parts', '👩🏽\u200d💻 Ada', '👩🏽\u200d💻 Ada'],
  ['a script that needs its joiners', 'می\u200cخواهم', 'می\u200cخواهم'],
])('%s is kept as it is seen', (_, given, kept) => {
  expect(name.parse(given)).toBe(kept);
});

test.each([
  ['nothing to be seen', '\u200b\u2060\u3164'],
  ['too much', 'x'.repeat(31)],
])('%s is no name', (_, given) => {
  expect(name.safeParse(given).success).toBe(false);
});
