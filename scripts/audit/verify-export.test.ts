import type { AuditFormat } from '@greenlight/shared/across/governance/audit-contract.ts';
import { auditFileHead, auditFileLine } from '@greenlight/shared/across/governance/audit-export.ts';
import { describe, expect, test } from 'vitest';
import { CHAIN_START, hashOfEntry } from '../../server/src/across/governance/audit-chain.ts';
import { verifyExport } from './verify-export.ts';

type Event = Parameters<typeof auditFileLine>[0];

/** Texts that files and spreadsheets take for something else. */
const ODD = ['=1+1', "'=1", "''x", 'a "b", c', 'two\nlines', 'a,b', '张三', '', ' -1', '\u2028"'];

/** A chain as the server makes it, with the event of its own export at the end. */
function chain(): Event[] {
  const events: Event[] = [];
  let previousHash = CHAIN_START;
  for (let sequence = 1; sequence <= 12; sequence += 1) {
    const isExport = sequence === 12;
    const content = {
      sequence,
      at: new Date(1_700_000_000_000 + sequence * 1234),
      actor: ODD[sequence % ODD.length] ?? '',
      action: isExport ? 'audit.exported' : 'run.started',
      target: ODD[(sequence + 3) % ODD.length] ?? '',
      projectId: sequence % 2 === 0 ? null : '01a20a76-a2a3-7a62-8176-708ce0b86c34',
      details: isExport
        ? { format: 'csv', filter: {} }
        : { z: 1.5, a: [null, { b: 1e21, A: '=x"\n' }], é: true, '10': 0 },
      previousHash,
    };
    const hash = hashOfEntry(content);
    events.push({ ...content, at: content.at.toISOString(), hash });
    previousHash = hash;
  }
  return events;
}

function fileOf(events: readonly Event[], format: AuditFormat, exportSequence = 12): string {
  return auditFileHead(format) + events.map((event) => auditFileLine(event, format, exportSequence)).join('');
}

/** In pieces, as a file is read. */
async function* pieces(text: string): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += 37) yield text.slice(start, start + 37);
}

const whole = (text: string, format: AuditFormat, head?: { sequence: number; hash: string }) =>
  verifyExport(pieces(text), { format, isWhole: true, head });

describe.each(['jsonl', 'csv'] as const)('%s', (format) => {
  test('a whole export is intact', async () => {
    const events = chain();
    const { hash } = events.at(-1)!;
    const verdict = await whole(fileOf(events, format), format, { sequence: 3, hash: events[2]!.hash });
    expect(verdict).toEqual({ lines: 12, links: 12, last: { sequence: 12, hash }, problem: null });
  });

  test('each removed event is missed', async () => {
    for (const index of chain().keys()) {
      const verdict = await whole(fileOf(chain().toSpliced(index, 1), format), format);
      const what = index === 0 ? 'beginning' : index === 11 ? 'end' : 'gap';
      expect(verdict.problem?.what, `event ${index + 1}`).toBe(what);
    }
  });

  test('each changed field of each event is found', async () => {
    const changes: Partial<Event>[] = [
      { at: '2026-01-01T00:00:00.000Z' },
      { actor: 'somebody' },
      { action: 'other' },
      { target: 'x' },
      { projectId: '01a20a76-a2a3-7a62-8176-708ce0b86c35' },
      { details: {} },
      { previousHash: 'a'.repeat(64) },
      { hash: 'b'.repeat(64) },
      { sequence: 99 },
    ];
    for (const [index, event] of chain().entries()) {
      for (const change of changes) {
        const verdict = await whole(fileOf(chain().with(index, { ...event, ...change }), format), format);
        expect(verdict.problem, `event ${index + 1} with ${JSON.stringify(change)}`).not.toBeNull();
        expect(verdict.problem?.line).toBe(index + 1);
      }
    }
  });

  test('an inserted, a repeated, a moved and a newly hashed event are found', async () => {
    const events = chain();
    const forged = { ...events[4]!, actor: 'forged', at: new Date(events[4]!.at) } as never;
    const rehashed = { ...events[4]!, actor: 'forged', hash: hashOfEntry(forged) };
    const attempts = [
      [events.toSpliced(5, 0, rehashed), 6, 'order'],
      [events.toSpliced(5, 0, events[4]!), 6, 'order'],
      [events.with(3, events[4]!).with(4, events[3]!), 4, 'gap'],
      [events.with(4, rehashed), 6, 'link'],
    ] as const;
    for (const [changed, line, what] of attempts)
      expect((await whole(fileOf(changed, format), format)).problem).toMatchObject({ line, what });
  });

  test('a tail that was cut off back to an earlier export is missed', async () => {
    const events = chain();
    expect((await whole(fileOf(events, format, 13), format)).problem).toEqual({ line: 12, sequence: 12, what: 'end' });
    // Written anew as that earlier export, it lacks an event that is known from elsewhere.
    const head = { sequence: 13, hash: 'c'.repeat(64) };
    expect((await whole(fileOf(events, format), format, head)).problem).toEqual({
      line: 0,
      sequence: 13,
      what: 'head',
    });
  });

  test('of a filtered export each line is checked by itself', async () => {
    const events = chain().filter(({ sequence }) => ![1, 4, 8].includes(sequence));
    const filtered = (list: readonly Event[]) => verifyExport(pieces(fileOf(list, format)), { format, isWhole: false });
    expect(await filtered(events)).toMatchObject({ lines: 9, links: 6, problem: null });
    expect((await filtered(events.with(2, { ...events[2]!, actor: 'x' }))).problem).toMatchObject({ what: 'content' });
  });
});

test('what a line says besides is found', async () => {
  const [first = '', ...others] = fileOf(chain(), 'jsonl').trim().split('\n');
  for (const line of [
    first.replace('{', '{"actor":"shown",'),
    first.replace('{', '{"note":1,'),
    `${first} `,
    '',
    'null',
  ]) {
    const verdict = await whole([line, ...others].join('\n'), 'jsonl');
    expect(verdict.problem).toMatchObject({ line: 1, what: 'unreadable' });
  }
});
