/** One line of an exported audit log. */
export interface ExportedEvent {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly projectId: string | null;
  readonly details: unknown;
  readonly previousHash: string;
  readonly hash: string;
  /** The event of the export that the line is of; no hash covers it. */
  readonly exportSequence: number;
}

const COLUMNS = [
  'sequence',
  'at',
  'actor',
  'action',
  'target',
  'projectId',
  'details',
  'previousHash',
  'hash',
  'exportSequence',
] as const;

/** What the product puts an apostrophe before, so that no spreadsheet runs it. */
const GUARDED = /^''*(?:[\s\0]*[=+\-@＝＋－＠]|[\t\r\n])/u;

function isEvent(value: unknown): value is ExportedEvent {
  if (typeof value !== 'object' || value === null) return false;
  const event = value as Record<string, unknown>;
  const texts = ['at', 'actor', 'action', 'target', 'previousHash', 'hash'];
  return (
    Object.keys(event).join() === COLUMNS.join() &&
    Number.isSafeInteger(event.sequence) &&
    Number.isSafeInteger(event.exportSequence) &&
    texts.every((name) => typeof event[name] === 'string') &&
    (event.projectId === null || typeof event.projectId === 'string')
  );
}

/** The event of a line of JSON; undefined where the line is not, byte for byte, what the product writes. */
function eventOfJson(line: string): ExportedEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEvent(value) && JSON.stringify(value) === line ? value : undefined;
  } catch {
    return undefined;
  }
}

function eventOfCells(cells: readonly string[]): ExportedEvent | undefined {
  if (cells.length !== COLUMNS.length) return undefined;
  const texts = cells.map((cell) => (GUARDED.test(cell) ? cell.slice(1) : cell));
  const [sequence = '', at, actor, action, target, projectId, details = '', previousHash, hash, of = ''] = texts;
  if (![sequence, of].every((number) => /^[1-9]\d*$/.test(number))) return undefined;
  try {
    const parsed: unknown = JSON.parse(details);
    if (JSON.stringify(parsed) !== details) return undefined;
    const value = {
      ...{ sequence: Number(sequence), at, actor, action, target, projectId: projectId || null },
      ...{ details: parsed, previousHash, hash, exportSequence: Number(of) },
    };
    return isEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const part of text) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Rows of CSV (RFC 4180): cells in quotes may hold line ends. */
async function* rowsOf(text: AsyncIterable<string>): AsyncGenerator<string[]> {
  let row = '';
  for await (const line of linesOf(text)) {
    row += line;
    const isOpen = (row.split('"').length - 1) % 2 === 1;
    if (isOpen) {
      row += '\n';
      continue;
    }
    const cells = row.replace(/\r$/, '').match(/(?:^|,)(?:"(?:[^"]|"")*"|[^,]*)/g) ?? [];
    yield cells.map((cell, index) => {
      const content = index === 0 ? cell : cell.slice(1);
      return content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content;
    });
    row = '';
  }
  if (row !== '') yield [row];
}

/** Reads an exported log; undefined stands for a line that the product did not write. */
export async function* readExport(
  text: AsyncIterable<string>,
  format: 'jsonl' | 'csv',
): AsyncGenerator<ExportedEvent | undefined> {
  if (format === 'jsonl') {
    for await (const line of linesOf(text)) yield eventOfJson(line);
    return;
  }
  let isHead = true;
  for await (const cells of rowsOf(text)) {
    if (!isHead) yield eventOfCells(cells);
    else if (cells.join().replace(/^\ufeff/, '') !== COLUMNS.join()) yield undefined;
    isHead = false;
  }
}
