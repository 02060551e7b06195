// npm run verify-audit -- FILE [--filtered] [--head SEQUENCE:HASH]: checks an exported audit log; Node alone is needed.
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { verifyExport, type AuditProblem } from './audit/verify-export.ts';

const USAGE = `Usage: npm run verify-audit -- FILE [--filtered] [--head SEQUENCE:HASH]
FILE ends in .jsonl or .csv. --filtered: the export was made with filters, or of one project.
--head: an event that must be in it, such as the last one that an earlier check printed.`;

const SENTENCES: Readonly<Record<AuditProblem['what'], string>> = {
  unreadable: 'is not a line that Greenlight writes',
  content: 'was changed: its hash does not cover what it says',
  link: 'does not carry the hash of the event before it',
  gap: 'follows events that are missing',
  order: 'stands out of order or was inserted',
  beginning: 'is not the first event of the log: events before it are missing',
  end: 'does not end a whole export: events after it are missing, or the export was made with filters (--filtered)',
  head: 'is not in the file as it was: the log was cut off or written anew',
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { filtered: { type: 'boolean', default: false }, head: { type: 'string' } },
  });
  const [file, ...others] = positionals;
  const head = /^(\d+):([0-9a-f]{64})$/.exec(values.head ?? '');
  const format = /\.(jsonl|csv)$/.exec(file ?? '')?.[1] as 'jsonl' | 'csv' | undefined;
  if (!file || others.length > 0 || !format || (values.head !== undefined && head === null)) {
    console.error(USAGE);
    return 2;
  }
  const verdict = await verifyExport(createReadStream(file, 'utf8'), {
    format,
    isWhole: !values.filtered,
    head: head === null ? undefined : { sequence: Number(head[1]), hash: head[2] ?? '' },
  });
  const { lines, links, last, problem } = verdict;
  if (problem !== null) {
    const event = problem.sequence === null ? '' : `event ${problem.sequence} `;
    console.error(`BROKEN: line ${problem.line}, ${event}${SENTENCES[problem.what]}.`);
    return 1;
  }
  const ending = last === null ? '' : ` The last event is ${last.sequence}:${last.hash}`;
  console.log(`INTACT: ${lines} events, ${links} of them checked against the event before.${ending}`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
