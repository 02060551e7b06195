import { expect, test } from 'vitest';
import { canonicalIdentifier, identifierMatcher, type Identifier } from './identifiers.ts';

const finds = (kind: Identifier['kind'], value: string, text: string) =>
  identifierMatcher([{ kind, value }]).inText(text);

test.each([
  ['phone', '138 1234 5678', 'call 13812345678 now'],
  ['phone', '+86 13812345678', '电话138-1234-5678'],
  ['phone', '13812345678', '电话：１３８１２３４５６７８。'],
  ['phone', '13812345678', '0086 138.1234.5678'],
  ['phone', '13812345678', '订单备注138\u200b12345678'],
  ['phone', '+44 20 7946 0958', 'ring +44 (20) 7946-0958'],
  ['e-mail', 'Zhang.San@Example.com', 'mail zhang.san@example.com.'],
  ['e-mail', 'zhang.san@example.com', 'zhang.san (at) example (dot) com'],
  ['e-mail', 'zhang.san@example.com', 'ZHANG.SAN＠EXAMPLE.COM'],
  ['e-mail', 'zhang.san@example.com', 'zhang.san+news@example.com'],
  ['identity-card', '11010519491231002X', '身份证 110105 19491231 002x'],
  ['bank-card', '6222 0212 3456 7890 123', '卡号6222021234567890123'],
  ['name', '张三', '客户张三说'],
  ['name', '张三', '张 三'],
  ['name', 'John Smith', 'yesterday JOHN  SMITH called'],
  ['name', 'John Smith', 'Smith, John'],
  ['name', 'John Smith', 'John Q. Smith'],
  ['text', '朝阳路12号', '住在朝阳路１２号'],
] as const)('%s %s is found in “%s”', (kind, value, text) => expect(finds(kind, value, text)).toBe(true));

test.each([
  ['phone', '13812345678', '138123456789'],
  ['phone', '13812345678', '913812345678'],
  ['phone', '13812345678', '13812345679'],
  ['e-mail', 'san@example.com', 'zhang.san@example.com'],
  ['e-mail', 'zhang@example.com', 'zhang@example.com.cn'],
  ['e-mail', 'zhang@example.com', 'zhang@example.community'],
  ['identity-card', '11010519491231002X', '110105194912310020'],
  ['name', '李明', '客户李明华先生来电'],
  ['name', 'John Smith', 'John Smithson'],
  ['name', 'Ann Lee', 'Joann Lee'],
] as const)('%s %s is not found in “%s”', (kind, value, text) => expect(finds(kind, value, text)).toBe(false));

test('columns and labels are searched too', () => {
  const { inItem } = identifierMatcher([{ kind: 'phone', value: '13812345678' }]);
  expect(inItem({ split: 'train', text: 'a', columns: { tel: '138 1234 5678' } })).toBe(true);
  expect(inItem({ split: 'train', text: 'a', labels: ['13812345678'] })).toBe(true);
  expect(inItem({ split: 'train', text: 'a', labels: ['b'], columns: { c: 'd' } })).toBe(false);
});

test('what is none of its kind has no form and matches nothing', () => {
  for (const [kind, value] of [
    ['e-mail', 'nobody'],
    ['phone', '12'],
    ['identity-card', '1234'],
    ['bank-card', '1'],
    ['name', 'A'],
    ['text', 'ab'],
  ] as const) {
    expect(canonicalIdentifier({ kind, value })).toBeNull();
    expect(finds(kind, value, value)).toBe(false);
  }
});
