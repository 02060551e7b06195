import { expect, test } from 'vitest';
import { readHead, suggestMapping } from './head.ts';
import { SourceError } from './row-errors.ts';
import { sourceMapping, type SourceFormat } from './source.ts';

type TextFormat = Exclude<SourceFormat, 'zip'>;

function read(content: string | Uint8Array, format: TextFormat, mapping: unknown = {}) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return readHead(bytes, true, format, sourceMapping.parse(mapping), 1000);
}

function problemOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof SourceError) return error.problem;
    throw error;
  }
  throw new Error('the file was read');
}

const utf16 = (text: string, isBigEndian: boolean): Uint8Array => {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index), !isBigEndian);
  return bytes;
};

test('reads a line an item, whatever ends the lines, and passes over empty ones', () => {
  const { items, emptyRows } = read('\ufeff第一行\r\n\r\nsecond\n  \nlast', 'txt');
  expect(items).toEqual([
    { row: 1, item: { text: '第一行' } },
    { row: 3, item: { text: 'second' } },
    { row: 5, item: { text: 'last' } },
  ]);
  expect(emptyRows).toBe(2);
});

test('reads quoted values with delimiters, doubled quotes and line ends', () => {
  const { items, columns, errors } = read('text,label,city\r\n"a, ""b""\nc",好,上海\r\nplain,坏,\r\n', 'csv', {
    labels: ['label'],
  });
  expect(columns).toEqual(['text', 'label', 'city']);
  expect(errors).toEqual([]);
  expect(items).toEqual([
    { row: 2, item: { text: 'a, "b"\nc', labels: ['好'], columns: { city: '上海' } } },
    { row: 3, item: { text: 'plain', labels: ['坏'] } },
  ]);
});

test.each([
  [',', 'text,n\na;x,1\nb;y,2\n'],
  [';', 'text;n\na,x;1\nb,y;2\n'],
  ['\t', 'text\tn\na,x\t1\nb;y\t2\n'],
])('finds the delimiter %j', (delimiter, content) => {
  const head = read(content, 'csv');
  expect(head.delimiter).toBe(delimiter);
  expect(head.items.map(({ item }) => item.columns)).toEqual([{ n: '1' }, { n: '2' }]);
});

test.each([
  ['sep=;\r\ntext;n\r\na,x;1\r\n', {}, ';'],
  ['\ufeff"sep=|"\ntext|n\na,x|1\n', {}, '|'],
  ['SEP=\t\ntext\tn\na,x\t1\n', {}, '\t'],
  // A person's choice and, for a delimiter that is not read, the rows themselves count for more.
  ['sep=,\ntext;n\na,x;1\n', { delimiter: ';' }, ';'],
  ['sep=^\ntext;n\na,x;1\n', {}, ';'],
])('a first line that names the delimiter, as spreadsheets write it, is no data: %j', (content, mapping, delimiter) => {
  const head = read(content, 'csv', mapping);
  expect(head).toMatchObject({ delimiter, columns: ['text', 'n'], errors: [] });
  expect(head.items).toEqual([{ row: 3, item: { text: 'a,x', columns: { n: '1' } } }]);
});

test('behind such a line, rows without a header and errors have the numbers of their lines', () => {
  const { items } = read('sep=;\na;b\n', 'csv', { hasHeader: false, text: 'column 1' });
  expect(items).toEqual([{ row: 2, item: { text: 'a', columns: { 'column 2': 'b' } } }]);
  expect(problemOf(() => read('sep=;\ntext;text\na;b\n', 'csv'))).toMatchObject({
    ...{ code: 'duplicate-column', row: 2, byte: 6 },
  });
  expect(problemOf(() => read('sep=;\n', 'csv')).code).toBe('empty-file');
  // In UTF-16, and one that a table of one column merely begins with.
  expect(read(utf16('\ufeffsep=;\ntext;n\na,x;1\n', false), 'csv').columns).toEqual(['text', 'n']);
  expect(read('sep=;a\nb\n', 'csv', { text: 'sep=' }).columns).toEqual(['sep=', 'a']);
});

test('reads UTF-16 by its mark, both ways round, and GB18030 where it is said or looks like it', () => {
  for (const isBigEndian of [false, true]) {
    const { items } = read(utf16('\ufefftext,label\n"你\n好",是\n𠮷,否\n', isBigEndian), 'csv', { labels: ['label'] });
    expect(items.map(({ item }) => item)).toEqual([
      { text: '你\n好', labels: ['是'] },
      { text: '𠮷', labels: ['否'] },
    ]);
  }
  // 你好 and 中文 in GB18030.
  const bytes = Uint8Array.of(0xc4, 0xe3, 0xba, 0xc3, 0x0a, 0xd6, 0xd0, 0xce, 0xc4);
  expect(read(bytes, 'txt', { encoding: 'gb18030' }).items.map(({ item }) => item.text)).toEqual(['你好', '中文']);
  expect(read(bytes, 'txt')).toMatchObject({ encoding: 'gb18030', errors: [] });
  expect(read(bytes, 'txt', { encoding: 'utf-8' }).errors.map(({ code, row, byte }) => [code, row, byte])).toEqual([
    ['invalid-encoding', 1, 1],
    ['invalid-encoding', 2, 6],
  ]);
});

test.each([false, true])('knows UTF-16 without a mark by its zero bytes (big-endian: %s)', (isBigEndian) => {
  const content = '文本,label\n一件衣服，颜色不错,好\n第一次买,坏\n';
  const { encoding, columns, items } = read(utf16(content, isBigEndian), 'csv', { text: '文本' });
  expect(encoding).toBe(isBigEndian ? 'utf-16be' : 'utf-16le');
  expect(columns).toEqual(['文本', 'label']);
  expect(items.map(({ item }) => item.text)).toEqual(['一件衣服，颜色不错', '第一次买']);
});

test('one broken character among ASCII, and Japanese in Shift JIS, are no Chinese', () => {
  // The beginning of 你 in UTF-8, which is one character in GB18030; "ありがとう" in Shift JIS.
  const cut = Uint8Array.of(0x61, 0x0a, 0x62, 0xe4, 0xbd, 0x0a);
  const japanese = Uint8Array.of(0x82, 0xa0, 0x82, 0xe8, 0x82, 0xaa, 0x82, 0xc6, 0x82, 0xa4, 0x0a);
  expect(read(cut, 'txt').errors).toMatchObject([{ code: 'invalid-encoding', row: 2, byte: 5 }]);
  expect(read(japanese, 'txt').errors).toMatchObject([{ code: 'invalid-encoding', row: 1, byte: 0 }]);
});

test('takes neither Western letters nor UTF-8 with a broken byte for Chinese', () => {
  // "böse Grüße" in ISO 8859-1, and "你好" in UTF-8 with its last byte exchanged.
  const western = Uint8Array.of(0x62, 0xf6, 0x73, 0x65, 0x20, 0x47, 0x72, 0xfc, 0xdf, 0x65);
  const broken = Uint8Array.of(0xe4, 0xbd, 0xa0, 0xe5, 0xa5, 0x40, 0x0a);
  for (const bytes of [western, broken])
    expect(read(bytes, 'txt')).toMatchObject({ encoding: 'utf-8', errors: [{ code: 'invalid-encoding' }] });
});

test.each<[string, TextFormat, unknown, string, string, number, number, string | undefined]>([
  ['too few values', 'csv', {}, 'text,n\na,1\nb\n', 'ragged-row', 3, 11, undefined],
  ['too many values', 'csv', {}, 'text,n\na,1,2\n', 'ragged-row', 2, 7, undefined],
  ['a quote inside a value', 'csv', {}, 'text,n\n你5"x,1\n', 'stray-quote', 2, 11, undefined],
  ['text after a quoted value', 'csv', {}, 'text,n\n"a"b,1\n', 'stray-quote', 2, 9, undefined],
  ['a quote that is never closed', 'csv', {}, 'text,n\n"a,1\nb,2\n', 'unclosed-quote', 2, 7, undefined],
  ['no number', 'csv', { value: 'n' }, 'text,n\na,1\n"你,",x\n', 'wrong-type', 3, 18, 'n'],
  ['a split nobody knows', 'csv', { split: 'n' }, 'text,n\na,foo\n', 'unknown-split', 2, 9, 'n'],
  ['a NUL', 'txt', {}, 'ab\nc\0d\n', 'nul-character', 2, 4, undefined],
  ['no JSON', 'jsonl', {}, '{"text":"a"}\n{"text":x}\n', 'invalid-json', 2, 21, undefined],
  ['JSON that is cut off', 'jsonl', {}, '{"text":"a"}\n{"text":"b"\n', 'invalid-json', 2, 24, undefined],
  ['a comma too many', 'jsonl', {}, '{"text":"你","l":[1, ]}\n', 'invalid-json', 1, 22, undefined],
  ['half a character', 'jsonl', {}, '{"text":"a"}\n{"text":"b\\ud83d"}\n', 'lone-surrogate', 2, 23, undefined],
  ['another half in a key', 'jsonl', {}, '{"text":"\\ud83d\\ude00","\\ude00":1}\n', 'lone-surrogate', 1, 24, undefined],
  ['a NUL by its number', 'jsonl', {}, '{"text":"a","from":"\\u0000"}\n', 'nul-character', 1, 20, undefined],
  ['a key twice', 'jsonl', {}, '{"text":"你","n":{"text":1}, "text" :"b"}\n', 'repeated-key', 1, 30, undefined],
  ['an object over several lines', 'jsonl', {}, '{\n"text":"a"}\n', 'not-json-lines', 1, 1, undefined],
  ['an array of objects', 'jsonl', {}, '[\n{"text":"a"},\n]\n', 'not-json-lines', 1, 1, undefined],
  ['no object', 'jsonl', {}, '[1]\n', 'wrong-type', 1, 0, undefined],
  ['no text field', 'jsonl', {}, '{"txt":"a"}\n', 'missing-field', 1, 0, 'text'],
  ['a number for a text', 'jsonl', {}, '{"text":5}\n', 'wrong-type', 1, 0, 'text'],
  ['an object for a label', 'jsonl', { labels: ['l'] }, '{"text":"a","l":{}}\n', 'wrong-type', 1, 0, 'l'],
  ['a text beyond every limit', 'txt', {}, `a\n${'x'.repeat(100_001)}\n`, 'text-too-long', 2, 2, undefined],
  ['a row beyond every limit', 'txt', {}, `a\n${'x'.repeat(1024 * 1024 + 1)}\n`, 'row-too-long', 2, 2, undefined],
])('says row and byte of %s', (_, format, mapping, content, code, row, byte, column) => {
  const { errors } = read(content, format, mapping);
  expect(errors.slice(0, 1)).toMatchObject([{ code, row, byte }]);
  if (column !== undefined) expect(errors[0]!.column).toBe(column);
});

test('takes no escaped backslash, no whole character and no value for half a character or a key', () => {
  const rows = ['{"text":"\\\\ud83d"}', '{"text":"\\ud83d\\ude00"}', '{"text":"n","n":"text","m":["n",{"n":1}]}'];
  const { items, errors } = read(rows.join('\n'), 'jsonl');
  expect(errors).toEqual([]);
  expect(items.map(({ item }) => item.text)).toEqual(['\\ud83d', '😀', 'n']);
});

test('numbers that a program would round are kept as they are written, wherever they stand', () => {
  const row = '{"text":"a","id":12345678901234567890123,"more":{"cards":[6222020012345678903,7]},"far":1e999,"n":0.5}';
  expect(read(row, 'jsonl').items[0]!.item.columns).toEqual({
    ...{ id: '12345678901234567890123', far: '1e999', n: '0.5' },
    more: '{"cards":["6222020012345678903",7]}',
  });
  expect(read('{"text":"a","v":1e20}\n{"text":"b","v":1e999}', 'jsonl', { value: 'v' })).toMatchObject({
    items: [{ item: { value: 1e20 } }],
    errors: [{ code: 'wrong-type', row: 2, column: 'v' }],
  });
});

test('a conversation is a line a turn; any other list is none', () => {
  const turns = [
    [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [{ type: 'text', text: 'yo' }] },
    ],
    [{ from: 'human', value: 'hi' }, 'bye'],
    [1, 2],
  ];
  const content = turns.map((messages) => JSON.stringify({ id: 1, messages })).join('\n');
  const mapping = suggestMapping(new TextEncoder().encode(content), true, 'jsonl');
  expect(mapping.text).toBe('messages');
  const { items, errors } = read(content, 'jsonl', mapping);
  expect(items.map(({ item }) => item.text)).toEqual(['user: hi\nassistant: yo', 'human: hi\nbye']);
  expect(errors).toMatchObject([{ code: 'wrong-type', row: 3, column: 'messages' }]);
});

test('a row in UTF-8 within a file in GB18030 is told of instead of read as nonsense', () => {
  // "文本,n" and "联通,1" in GB18030, the second of which is valid UTF-8 as well.
  const gb = Uint8Array.of(0xce, 0xc4, 0xb1, 0xbe, 0x2c, 0x6e, 0x0a, 0xc1, 0xaa, 0xcd, 0xa8, 0x2c, 0x31, 0x0a);
  const content = new Uint8Array([...gb, ...new TextEncoder().encode('ok 你好,2\n')]);
  const { items, errors } = read(content, 'csv', { encoding: 'gb18030', text: '文本' });
  expect(items.map(({ item }) => item.text)).toEqual(['联通']);
  expect(errors).toMatchObject([{ code: 'mixed-encodings', row: 3, byte: 17 }]);
  expect(errors[0]!.zh).toContain('按 GB18030 读取');
});

test('a header that comes again, as where files were joined, is an error of its row', () => {
  const { items, errors } = read('\ufefftext,n\na,1\n\ufefftext,n\nb,2\ntext,5\n', 'csv');
  expect(items.map(({ row, item }) => [row, item.text])).toEqual([
    [2, 'a'],
    [4, 'b'],
    [5, 'text'],
  ]);
  expect(errors).toMatchObject([{ code: 'repeated-header', row: 3, byte: 14 }]);
  expect(read('text\na\ntext\n', 'csv').items).toHaveLength(2);
});

test('objects inside objects, thousands deep, are an error of their row', () => {
  const deep = `{"text":"a","x":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
  expect(read(`{"text":"b"}\n${deep}\n`, 'jsonl').errors).toMatchObject([
    { code: 'column-too-long', row: 2, byte: 13 },
  ]);
});

test('says that a first row is too long, and what a value should be in both languages', () => {
  const head = new TextEncoder().encode(`text,label\n${'x'.repeat(1024 * 1024)}`);
  const { errors } = readHead(head.subarray(0, 1024 * 1024), false, 'csv', sourceMapping.parse({}), 10);
  expect(errors).toMatchObject([{ code: 'row-too-long', row: 2, byte: 11, zh: '此行超过 1,048,576 字节。' }]);
  expect(read('{"text":5}\n', 'jsonl').errors[0]).toMatchObject({
    ...{ zh: '值的类型不对，需要文本。', en: 'The value has the wrong type: string is needed.' },
  });
});

test('passes over empty lines before the header, and counts them', () => {
  const { columns, items, errors } = read('\n \r\ntext,n\n\na,1\nb\n', 'csv');
  expect(columns).toEqual(['text', 'n']);
  expect(items).toEqual([{ row: 5, item: { text: 'a', columns: { n: '1' } } }]);
  expect(errors).toMatchObject([{ code: 'ragged-row', row: 6, byte: 16 }]);
  expect(problemOf(() => read('\n\n', 'csv'))).toMatchObject({ code: 'empty-file', row: 3, byte: 2 });
});

test('goes on after a quote that is never closed with the next line', () => {
  const { items, errors } = read('text,n\n"a,1\nb,2\nc,3\n', 'csv');
  expect(items.map(({ item }) => item.text)).toEqual(['b', 'c']);
  expect(errors).toHaveLength(1);
});

test('maps the fields of JSON objects, one object deeper where a dot says so', () => {
  const row = {
    data: { text: '好' },
    tags: ['a', 1, 'a'],
    score: 2,
    split: 'dev',
    from: 'x',
    __proto__: null,
    nested: { b: [1] },
  };
  const mapping = { text: 'data.text', labels: ['tags'], split: 'split' };
  expect(read(JSON.stringify(row), 'jsonl', mapping).items[0]!.item).toEqual({
    text: '好',
    labels: ['a', '1'],
    split: 'validation',
    columns: { score: '2', from: 'x', nested: '{"b":[1]}' },
  });
});

test.each<[string, TextFormat, unknown, string | Uint8Array, string]>([
  ['nothing', 'txt', {}, '', 'empty-file'],
  ['a picture', 'csv', {}, Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), 'wrong-file-type'],
  ['an archive', 'jsonl', {}, Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'wrong-file-type'],
  ['UTF-32', 'txt', {}, Uint8Array.of(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0), 'wrong-file-type'],
  [
    'a NUL in the header',
    'csv',
    {},
    'te\0xt,n\nplain,1\nplain,2\nplain,3\nplain,4\nplain,5\nplain,6\n',
    'nul-character',
  ],
  ['carriage returns alone', 'csv', {}, 'text,n\ra,1\rb,2\r', 'carriage-returns'],
  ['a page saved as a table', 'csv', {}, '<!DOCTYPE html><html><body>Not found</body>', 'wrong-file-type'],
  ['JSON Lines as a table', 'csv', {}, '{"text":"a, b","label":"x"}\n', 'wrong-file-type'],
  ['no such column', 'csv', { text: 'body' }, 'text,n\na,1\n', 'missing-column'],
  ['a column twice', 'csv', {}, 'text,text\na,1\n', 'duplicate-column'],
])('refuses a file as a whole: %s', (_, format, mapping, content, code) => {
  expect(problemOf(() => read(content, format, mapping)).code).toBe(code);
});

test('proposes what the columns are by their names', () => {
  const bytes = new TextEncoder().encode('id,评论,类别,split\n1,好,正,train\n');
  expect(suggestMapping(bytes, true, 'csv')).toMatchObject({ text: '评论', labels: ['类别'], split: 'split' });
  const json = new TextEncoder().encode('{"label":"x","content":"a"}\n');
  expect(suggestMapping(json, true, 'jsonl')).toMatchObject({ text: 'content', labels: ['label'] });
});

const TASKS = [
  { name: 'topic', column: 'topic', kind: 'single' },
  { name: 'flags', column: 'flags', kind: 'multiple', labelSeparator: '|' },
  { name: 'severity', column: 'severity', kind: 'value' },
];

test('reads the answers of several tasks; an empty cell has none, but for any number of labels', () => {
  const content = 'text,topic,flags,severity,from\na,x,p|q,2.5,w\nb,,,,w\n';
  const { items } = read(content, 'csv', { tasks: TASKS });
  expect(items.map(({ item }) => item)).toEqual([
    { text: 'a', tasks: { topic: 'x', flags: ['p', 'q'], severity: 2.5 }, columns: { from: 'w' } },
    { text: 'b', tasks: { flags: [] }, columns: { from: 'w' } },
  ]);
});

test('reads tasks of JSON objects, where null or no key is an unknown answer, and proposes them', () => {
  const rows = [
    { text: 'a', tasks: { flags: ['p'], severity: 1, topic: 'x' } },
    { text: 'b', tasks: { flags: null } },
    { text: 'c', tasks: { flags: [], topic: 'y' } },
    { text: 'd' },
  ];
  const content = rows.map((row) => JSON.stringify(row)).join('\n');
  const mapping = suggestMapping(new TextEncoder().encode(content), true, 'jsonl');
  expect(mapping.tasks).toEqual([
    { name: 'flags', column: 'tasks.flags', kind: 'multiple' },
    { name: 'severity', column: 'tasks.severity', kind: 'value' },
    { name: 'topic', column: 'tasks.topic', kind: 'single' },
  ]);
  expect(read(content, 'jsonl', mapping).items.map(({ item }) => item.tasks)).toEqual([
    { flags: ['p'], severity: 1, topic: 'x' },
    undefined,
    { flags: [], topic: 'y' },
    undefined,
  ]);
});

test.each([
  ['several labels for one', { topic: ['x', 'y'] }, 'too-many-labels'],
  ['a word for a number', { severity: 'high' }, 'wrong-type'],
])('a row whose task has %s is refused', (_, tasks, code) => {
  const mapping = {
    tasks: TASKS.map(({ labelSeparator: _separator, ...task }) => ({ ...task, column: `tasks.${task.name}` })),
  };
  expect(read(JSON.stringify({ text: 'a', tasks }), 'jsonl', mapping).errors).toMatchObject([{ code }]);
});

test('a row without its labels that answers a task has no labels, unlike one where several are possible and none applies', () => {
  const content = 'text,label,tone\na,spam,dry\nb,,warm\nc,,\n';
  const tasks = [{ name: 'tone', column: 'tone', kind: 'single' }];
  const itemsOf = (mapping: object, format: TextFormat = 'csv', given = content) =>
    read(given, format, { labels: ['label'], tasks, ...mapping }).items.map(({ item }) => item);
  expect(itemsOf({})).toEqual([
    { text: 'a', labels: ['spam'], tasks: { tone: 'dry' } },
    { text: 'b', tasks: { tone: 'warm' } },
    { text: 'c', labels: [] },
  ]);
  expect(itemsOf({ labelSeparator: '|' })[1]).toEqual({ text: 'b', labels: [], tasks: { tone: 'warm' } });
  const lines = [
    '{"text":"b","tone":"warm"}',
    '{"text":"b","label":null,"tone":"warm"}',
    '{"text":"b","label":[],"tone":"warm"}',
  ];
  expect(itemsOf({}, 'jsonl', lines.join('\n')).map(({ labels }) => labels)).toEqual([undefined, undefined, []]);
});
