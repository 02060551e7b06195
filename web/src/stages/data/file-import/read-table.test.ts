import type { TaskMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { describe, expect, test } from 'vitest';
import { decodeText, otherEncodings } from './decode-text.ts';
import { FileProblem } from './file-problem.ts';
import { itemsOfTable, lacksLabel, suggestMapping, withGuessedLabel } from './items-of-table.ts';
import { labelColumns } from './label-columns.ts';
import { MAX_ROWS, readTable } from './read-table.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
/** "评论,标签 / 很好,ok" in GB18030. */
const GB18030 = Uint8Array.from([
  0xc6, 0xc0, 0xc2, 0xdb, 44, 0xb1, 0xea, 0xc7, 0xa9, 10, 0xba, 0xdc, 0xba, 0xc3, 44, 111, 107,
]);

function problemOf(read: () => unknown): FileProblem {
  try {
    read();
  } catch (error) {
    if (error instanceof FileProblem) return error;
    throw error;
  }
  throw new Error('The file was read');
}

describe('CSV', () => {
  test('quotes, commas and line breaks within a cell stay in it; a byte-order mark is not part of the header', () => {
    const table = readTable(
      'a.csv',
      bytesOf('\uFEFFcomment,label\r\n"one, ""two""\nthree",ok\r\n\r\n好,spam\r\n'),
      'utf-8',
    );
    expect(table.columns).toEqual(['comment', 'label']);
    expect(table.rows.map(({ cells }) => cells)).toEqual([
      ['one, "two"\nthree', 'ok'],
      ['好', 'spam'],
    ]);
  });

  test.each([
    ['semicolons', 'text;label\na, b;ok\n'],
    ['tabs', 'text\tlabel\na, b\tok\n'],
  ])('%s separate cells where the header has them', (_, content) => {
    expect(readTable('a.csv', bytesOf(content), 'utf-8').rows[0]!.cells).toEqual(['a, b', 'ok']);
  });

  test('a first line that names the separator, as spreadsheets write it, is no header and no row', () => {
    const table = readTable('a.csv', bytesOf('\uFEFFsep=;\r\ntext;label\r\na, b;ok\r\n'), 'utf-8');
    expect(table).toEqual({ columns: ['text', 'label'], rows: [{ line: 3, cells: ['a, b', 'ok'] }] });
  });

  test('a row with another number of cells is named with its line and byte', () => {
    const content = 'text,label\ngood,ok\nbad,spam,extra\nfine,ok\n';
    expect(problemOf(() => readTable('a.csv', bytesOf(content), 'utf-8'))).toMatchObject({
      code: 'ragged',
      line: 3,
      byte: content.indexOf('bad'),
    });
  });

  test('a quote that is never closed is named where it begins, one inside a cell where it stands', () => {
    const open = '\uFEFFtext,label\n"good\r\nenough",ok\n"open,ok\nb,ok\n';
    expect(problemOf(() => readTable('a.csv', bytesOf(open), 'utf-8'))).toMatchObject({
      code: 'quote',
      line: 4,
      byte: bytesOf(open.slice(0, open.indexOf('"open'))).length,
    });
    const inside = 'text,label\n你好 5" disk,ok\n';
    expect(problemOf(() => readTable('a.csv', bytesOf(inside), 'utf-8'))).toMatchObject({
      code: 'quote',
      line: 2,
      byte: bytesOf(inside.slice(0, inside.indexOf('"'))).length,
    });
  });

  test('line ends of an old Macintosh are line ends', () => {
    expect(readTable('a.csv', bytesOf('text,label\ra,ok\rb,spam'), 'utf-8').rows).toEqual([
      { line: 2, cells: ['a', 'ok'] },
      { line: 3, cells: ['b', 'spam'] },
    ]);
  });

  test('a header that names a column twice is refused; a column without a name gets its number', () => {
    expect(problemOf(() => readTable('a.csv', bytesOf('text,text\na,b\n'), 'utf-8')).code).toBe('header');
    const numbered = readTable('a.csv', bytesOf(',text,\n0,a,\n'), 'utf-8');
    expect(numbered.columns).toEqual(['column 1', 'text', 'column 3']);
  });

  test('lines may end in different ways within one file', () => {
    const { rows } = readTable('a.csv', bytesOf('text,label\r\na,ok\nb,spam\r\n"c\r\nd",ok\n\n你,好'), 'utf-8');
    expect(rows.map(({ line, cells }) => [line, ...cells])).toEqual([
      [2, 'a', 'ok'],
      [3, 'b', 'spam'],
      [4, 'c\r\nd', 'ok'],
      [7, '你', '好'],
    ]);
  });
});

describe('encodings', () => {
  test('the first byte that is not UTF-8 is named, and GB18030 is offered where the file is that', () => {
    expect(problemOf(() => decodeText(GB18030, 'utf-8'))).toMatchObject({ code: 'encoding', line: 1, byte: 1 });
    expect(otherEncodings(GB18030, 'utf-8')).toContain('gb18030');
    expect(readTable('a.csv', GB18030, 'gb18030')).toMatchObject({ columns: ['评论', '标签'] });
    const broken = bytesOf('text\nfine\nb?d\n');
    broken[11] = 0xff;
    expect(problemOf(() => decodeText(broken, 'utf-8'))).toMatchObject({ line: 3, byte: 11 });
  });

  test('a file that is no text is refused with the place of its first zero byte', () => {
    expect(problemOf(() => decodeText(bytesOf('PK\n\0\0'), 'utf-8'))).toMatchObject({
      code: 'binary',
      line: 2,
      byte: 3,
    });
    expect(problemOf(() => decodeText(bytesOf(' \n \n'), 'utf-8')).code).toBe('empty');
  });
});

test('a file of JSON is never taken as text a line: objects a line are read, an array is told how to be kept', () => {
  const rows = ['{"text":"a"}', '{"text":"b"}'];
  expect(readTable('a.json', bytesOf(rows.join('\n')), 'utf-8').rows.map(({ cells }) => cells)).toEqual([['a'], ['b']]);
  for (const array of [`[${rows.join(',')}]`, `[\n  ${rows.join(',\n  ')}\n]`])
    expect(problemOf(() => readTable('a.json', bytesOf(array), 'utf-8'))).toMatchObject({
      code: 'json-lines',
      line: 1,
    });
});

test('JSON Lines give the union of their keys, and a line that is no object is named', () => {
  const table = readTable('a.jsonl', bytesOf('{"text":"a","labels":["x","y"]}\n\n{"text":"b","stars":4}\n'), 'utf-8');
  expect(table.columns).toEqual(['text', 'labels', 'stars']);
  expect(table.rows).toEqual([
    { line: 1, cells: ['a', ['x', 'y'], undefined] },
    { line: 3, cells: ['b', undefined, '4'] },
  ]);
  const codeOf = (content: string) => problemOf(() => readTable('a.jsonl', bytesOf(content), 'utf-8')).code;
  expect(['[\n{"text":"a"}\n]', '{"text":"a","text":"b"}', '{"text":"\\ud83d"}'].map(codeOf)).toEqual([
    ...['json-lines', 'repeated-key', 'half-character'],
  ]);
  const turns = '[{"role":"user","content":"hi"},{"role":"assistant","content":"yo"}]';
  const talk = readTable('a.jsonl', bytesOf(`{"id":"1","messages":${turns}}`), 'utf-8');
  expect(talk.rows[0]!.cells[1]).toBe('user: hi\nassistant: yo');
  expect(suggestMapping(talk).text).toBe('messages');
  const long = readTable('a.jsonl', bytesOf('{"text":"a","card":6222020012345678903}'), 'utf-8');
  expect(long.rows[0]!.cells).toEqual(['a', '6222020012345678903']);
  expect(problemOf(() => readTable('a.jsonl', bytesOf('{"text":"a"}\n[1]\n'), 'utf-8'))).toMatchObject({
    code: 'json',
    line: 2,
  });
});

test('more rows than a request holds are refused', () => {
  const content = 'a\n'.repeat(MAX_ROWS + 1);
  expect(problemOf(() => readTable('a.txt', bytesOf(content), 'utf-8'))).toMatchObject({
    code: 'too-many',
    line: MAX_ROWS + 1,
  });
});

describe('mapping', () => {
  const table = readTable(
    'a.csv',
    bytesOf('id,comment,label,stars\n1,good,ok,5\n2,,ok,4\n3,bad,,1\n4,ugly,spam|rude,x\n'),
    'utf-8',
  );

  test('names of columns suggest what they hold; without such names the longest column is the text', () => {
    expect(suggestMapping(table)).toMatchObject({ text: 'comment', label: 'label', labelKind: 'single' });
    const unnamed = readTable('a.csv', bytesOf('a,b\n1,a longer cell\n'), 'utf-8');
    expect(suggestMapping(unnamed)).toMatchObject({ text: 'b', label: null, labelKind: 'none' });
  });

  test('a column that a criterion judges by is kept, unless it is something else already', () => {
    const judged = readTable('a.csv', bytesOf('comment,verdict,lang,split\na,ok,zh,train\n'), 'utf-8');
    expect(suggestMapping(judged, ['lang', 'verdict', 'split', 'dialect'])).toMatchObject({
      label: 'verdict',
      split: 'split',
      kept: ['lang'],
    });
    expect(suggestMapping(judged).kept).toEqual([]);
  });

  test('rows without a text or their one label are left out and counted', () => {
    const mapping = { ...suggestMapping(table), kept: ['id'] };
    expect(itemsOfTable(table, mapping)).toEqual({
      items: [
        { text: 'good', labels: ['ok'], columns: { id: '1' } },
        { text: 'ugly', labels: ['spam|rude'], columns: { id: '4' } },
      ],
      withoutText: 1,
      withoutLabel: 1,
      onlyTasks: 0,
    });
  });

  test('a row without its label is kept where it answers a further task', () => {
    const partly = readTable('a.csv', bytesOf('text,label,tone\na,spam,dry\nb,,warm\nc,,\n'), 'utf-8');
    const tone: TaskMapping = { name: 'tone', column: 'tone', kind: 'single' };
    const { items, withoutLabel, onlyTasks } = itemsOfTable(partly, { ...suggestMapping(partly), tasks: [tone] });
    expect(items).toEqual([
      { text: 'a', labels: ['spam'], tasks: { tone: 'dry' } },
      { text: 'b', tasks: { tone: 'warm' } },
    ]);
    expect([withoutLabel, onlyTasks]).toEqual([1, 1]);
  });

  test('where several labels are possible, none is one of the answers', () => {
    const { items } = itemsOfTable(table, { ...suggestMapping(table), labelKind: 'multiple' });
    expect(items).toEqual([
      { text: 'good', labels: ['ok'] },
      { text: 'bad', labels: [] },
      { text: 'ugly', labels: ['spam', 'rude'] },
    ]);
  });

  test('a value that is no number is named with its line', () => {
    const mapping = { ...suggestMapping(table), labelKind: 'value', label: 'stars' } as const;
    expect(problemOf(() => itemsOfTable(table, mapping))).toMatchObject({ code: 'number', line: 5 });
  });

  test('a column that says the split places its rows; a name that is no split is named with its line', () => {
    const placed = readTable('a.csv', bytesOf('text,split\na,train\nb,Val\nc,\nd,test\n'), 'utf-8');
    const mapping = suggestMapping(placed);
    expect(mapping).toMatchObject({ text: 'text', split: 'split' });
    const { items } = itemsOfTable(placed, mapping);
    expect(items.map(({ split }) => split)).toEqual(['train', 'validation', undefined, 'test']);
    expect(itemsOfTable(placed, { ...mapping, split: null }).items[3]).toEqual({ text: 'd' });
    const wrong = readTable('a.csv', bytesOf('text,split\na,train\nb,elsewhere\n'), 'utf-8');
    expect(problemOf(() => itemsOfTable(wrong, suggestMapping(wrong)))).toMatchObject({ code: 'split', line: 3 });
    const held = readTable('a.csv', bytesOf('text,split\na,test\n'), 'utf-8');
    expect(problemOf(() => itemsOfTable(held, suggestMapping(held))).code).toBe('no-training');
  });

  test('the tasks of a row come with its item, under names that are names and different', () => {
    const rows = [
      { text: 'a', label: 'ok', tasks: { flags: ['x', 'y'], severity: 0.5 } },
      { text: 'b', label: 'ok', tasks: { flags: [], kind: 'news' } },
    ];
    const given = readTable('a.jsonl', bytesOf(rows.map((row) => JSON.stringify(row)).join('\n')), 'utf-8');
    const mapping = suggestMapping(given);
    expect(itemsOfTable(given, mapping).items).toEqual([
      { text: 'a', labels: ['ok'], tasks: { flags: ['x', 'y'], severity: 0.5 } },
      { text: 'b', labels: ['ok'], tasks: { flags: [], kind: 'news' } },
    ]);
    for (const name of ['kind', '1st', '']) {
      const tasks = mapping.tasks.map((task) => (task.name === 'flags' ? { ...task, name } : task));
      expect(problemOf(() => itemsOfTable(given, { ...mapping, tasks })).code).toBe('task-names');
    }
  });
});

describe('a label that no column is named after', () => {
  const tableOf = (header: string, row: (index: number) => string) =>
    readTable('a.csv', bytesOf([header, ...Array.from({ length: 60 }, (_, index) => row(index))].join('\n')), 'utf-8');
  const text = (index: number) => `text ${index} of some length that no other has`;
  const guessed = (table: ReturnType<typeof tableOf>) => {
    const mapping = withGuessedLabel(table, suggestMapping(table));
    return [mapping.labelKind, mapping.label, lacksLabel(mapping)];
  };

  test('is the one column that few values fill, or the one among them that is called so', () => {
    const alone = tableOf('id;Kommentar;Bewertung', (at) => `${at};${text(at)};${at % 3 === 0 ? 'rude' : 'ok'}`);
    expect(guessed(alone)).toEqual(['single', 'Bewertung', false]);
    const called = tableOf('板块;内容;审核结果', (at) => `${at % 4}区;${text(at)};${at % 3 === 0 ? '违规' : '正常'}`);
    expect(guessed(called)).toEqual(['single', '审核结果', false]);
  });

  test('has to be chosen where several columns could be it: nothing is taken in before', () => {
    const several = tableOf('body,toxicity,queue_category,country', (at) =>
      [text(at), ['none', 'insult'][at % 2], ['billing', 'delivery'][at % 2], ['GB', 'US'][at % 2]].join(','),
    );
    expect(labelColumns(several, { text: 'body', split: null }, [])).toEqual(['toxicity', 'queue_category']);
    expect(guessed(several)).toEqual(['single', null, true]);
  });

  test('is neither the split nor what criteria judge by, unless that is called like a label', () => {
    const judged = tableOf('body,part,language,opinion', (at) =>
      [text(at), ['train', 'test'][at % 2], ['zh', 'en'][at % 2], ['rude', 'ok'][at % 2]].join(','),
    );
    const columns = { text: 'body', split: 'part' };
    expect(labelColumns(judged, columns, ['language'])).toEqual(['opinion']);
    const mapping = withGuessedLabel(judged, { ...suggestMapping(judged, ['language']), ...columns }, ['language']);
    expect([mapping.label, mapping.kept]).toEqual(['opinion', ['language']]);
    const called = tableOf('body,spam', (at) => `${text(at)},${['yes', 'no'][at % 2]}`);
    expect(labelColumns(called, { text: 'body', split: null }, ['spam'])).toEqual(['spam']);
  });

  test('is not made of numbers of many kinds, dates or long texts', () => {
    const none = tableOf(
      'body,minutes,day,note',
      (at) => `${text(at)},${at},2026-01-${at % 28},${text(at % 2)} at all`,
    );
    expect(guessed(none)).toEqual(['none', null, false]);
  });
});
