import { expect, test } from 'vitest';
import { suggestedEncodings } from './encoding-suggestions.ts';
import { readHead, suggestMapping } from './head.ts';
import { sourceMapping, type SourceFormat, type TextEncoding } from './source.ts';
import { bytesIn } from './test-bytes.ts';

const read = (bytes: Uint8Array, format: Exclude<SourceFormat, 'zip'>, mapping: object) =>
  readHead(bytes, true, format, sourceMapping.parse(mapping), 100);

/* What spreadsheets of Taiwan, Japan and Western Europe save as CSV. */
const FILES: readonly (readonly [TextEncoding, string, string, string])[] = [
  ['big5', '留言', '客服態度很差，等了兩個小時', '商品與圖片不符，要求退貨'],
  ['shift_jis', 'コメント', '配送が遅くて困りました', '表示された商品と違うものが届いた'],
  ['windows-1252', 'Beschreibung', 'Die Größe passt nicht – schade', 'très déçue – remboursement de 12 €'],
  ['euc-jp', 'コメント', '配送が遅くて困りました', '表示された商品と違うものが届いた'],
  ['euc-kr', '댓글', '배송이 너무 늦어서 화가 났습니다', '상품이 사진과 달라서 환불해 주세요'],
  ['windows-1251', 'Отзыв', 'Доставка очень долгая, две недели ждал', 'Всё хорошо и спасибо за быструю помощь'],
  ['gb18030', '评论', '物流太慢了，等了三天', '质量不错，下次还会购买'],
];

test.each(FILES)('a table in %s is read where its encoding is said, and is offered with its text', (...file) => {
  const [encoding, column, first, second] = file;
  const bytes = bytesIn(encoding, `${column},label\r\n"${first}",a\r\n${second},b\r\n`);
  const mapping = suggestMapping(bytes, true, 'csv', encoding);
  expect(mapping).toMatchObject({ encoding, text: column, labels: ['label'] });
  expect(read(bytes, 'csv', mapping)).toMatchObject({
    ...{ encoding, columns: [column, 'label'], errors: [] },
    items: [{ item: { text: first } }, { item: { text: second } }],
  });
  const offered = suggestedEncodings(bytes, true);
  expect(offered[0]?.encoding).toBe(encoding);
  expect(`${column},label "${first}",a`).toContain(offered[0]!.text);
  // A file that goes on is offered alike, whatever character its beginning ends in.
  const cut = bytes.subarray(0, -4);
  expect(suggestedEncodings(cut, false)[0]?.encoding).toBe(encoding);
});

test('no encoding is offered for UTF-8, for UTF-16, and for UTF-8 with a broken byte', () => {
  const utf8 = new TextEncoder().encode('text\n你好，très bien\n');
  expect(suggestedEncodings(utf8, true)).toEqual([]);
  expect(suggestedEncodings(Uint8Array.from([0xff, 0xfe, ...[...utf8].flatMap((byte) => [byte, 0])]), true)).toEqual(
    [],
  );
  for (const text of ['你好，今天天气不错\n', 'très déçue, à bientôt\n']) {
    const broken = new TextEncoder().encode(`${text}x\n`);
    broken[broken.length - 2] = 0xff;
    expect(suggestedEncodings(broken, true)).toEqual([]);
  }
});

test.each([
  // A lead byte alone, a pair that stands for nothing, a lead byte that none is.
  ['big5', '中文', [0xa4, 0x0a], 0],
  ['big5', '中文', [0x82, 0x40], 0],
  ['big5', '中文', [0x80], 0],
  ['shift_jis', '表示', [0x82, 0x0a], 0],
  // For private use.
  ['shift_jis', '表示', [0xf0, 0x40], 0],
  ['euc-jp', '表示', [0xa4, 0x0a], 0],
  ['euc-kr', '한글', [0xb0, 0x0a], 0],
  // The one byte without a character.
  ['windows-1251', 'да ', [0x98], 0],
  // One of the five bytes without a character.
  ['windows-1252', 'é – ', [0x81], 0],
] as const)('a broken byte in %s is named by row and byte', (encoding, before, bytes, offset) => {
  const good = bytesIn(encoding, `ok\n${before}`);
  const content = Uint8Array.from([...good, ...bytes, 0x0a]);
  const { errors, items } = read(content, 'txt', { encoding });
  expect(items.map(({ row }) => row)).toEqual([1]);
  const error = errors[0]!;
  expect(error).toMatchObject({ code: 'invalid-encoding', row: 2 });
  expect(error.byte).toBeGreaterThanOrEqual(good.length + offset);
  expect(error.byte).toBeLessThanOrEqual(good.length + offset + 1);
});

test.each(['big5', 'shift_jis', 'euc-kr', 'windows-1251', 'windows-1252'] as const)(
  'a row of UTF-8 in a file read as %s is told of',
  (encoding) => {
    const content = new TextEncoder().encode('plain\n中文字，二十元\n');
    expect(read(content, 'txt', { encoding }).errors).toMatchObject([{ row: 2, byte: 6 }]);
  },
);

test('a row of UTF-8 with one accent is no row of Windows-1252', () => {
  const content = new TextEncoder().encode('plain\ntrès bien\n');
  expect(read(content, 'txt', { encoding: 'windows-1252' }).errors).toMatchObject([
    { code: 'mixed-encodings', row: 2, byte: 8 },
  ]);
});

test('keys of JSON Lines are proposed in the encoding that is said', () => {
  const bytes = bytesIn('big5', '{"留言":"好","類別":"a"}\n');
  expect(suggestMapping(bytes, true, 'jsonl', 'big5')).toMatchObject({ encoding: 'big5', text: '留言' });
});

test('Korean of some length is not taken for Chinese by itself, and Chinese still is', () => {
  const korean = bytesIn('euc-kr', '배송이 너무 늦어서 화가 났습니다\n상품이 사진과 달라요, 환불해 주세요\n');
  expect(read(korean, 'txt', {}).errors.map(({ code }) => code)).toContain('invalid-encoding');
  expect(suggestedEncodings(korean, true)[0]).toMatchObject({ encoding: 'euc-kr' });
  const chinese = bytesIn(
    'gb18030',
    '物流太慢了，等了三天才收到货，客服也不回复\n质量不错，下次还会购买，推荐给大家\n',
  );
  expect(read(chinese, 'txt', {})).toMatchObject({ encoding: 'gb18030', errors: [] });
});
