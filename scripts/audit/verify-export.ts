// Node alone is needed, nothing of Greenlight, so that an auditor can read and run it by itself.
import { createHash } from 'node:crypto';
import { readExport, type ExportedEvent } from './read-export.ts';

/** What does not fit, and where. */
export interface AuditProblem {
  /** Counted from 1, without the head of a CSV; 0 where the file as a whole is meant. */
  readonly line: number;
  readonly sequence: number | null;
  readonly what: 'unreadable' | 'content' | 'link' | 'gap' | 'order' | 'beginning' | 'end' | 'head';
}

/** What was checked, and the first thing that does not fit. */
export interface AuditVerdict {
  readonly lines: number;
  /** Lines that were compared with the line before them. */
  readonly links: number;
  readonly last: { readonly sequence: number; readonly hash: string } | null;
  readonly problem: AuditProblem | null;
}

const CHAIN_START = '0'.repeat(64);

/** JSON without spaces and with the keys of every object in the order of their UTF-16 code units. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson((value as Record<string, unknown>)[name])}`).join(',')}}`;
}

function hashOf({ sequence, at, actor, action, target, projectId, details, previousHash }: ExportedEvent): string {
  const content = { sequence, at, actor, action, target, projectId, details };
  return createHash('sha256')
    .update(`${previousHash}\n${canonicalJson(content)}`)
    .digest('hex');
}

function endsExport({ sequence, exportSequence, action, details }: ExportedEvent): boolean {
  if (sequence !== exportSequence) return false;
  return action === 'audit.exported' && canonicalJson((details as { filter?: unknown } | null)?.filter) === '{}';
}

function problemOf(event: ExportedEvent, before: ExportedEvent | null, isWhole: boolean): AuditProblem['what'] | null {
  if (hashOf(event) !== event.hash) return 'content';
  if (before === null) {
    if (isWhole && event.sequence !== 1) return 'beginning';
    return event.sequence === 1 && event.previousHash !== CHAIN_START ? 'link' : null;
  }
  if (event.sequence <= before.sequence || event.exportSequence !== before.exportSequence) return 'order';
  if (event.sequence === before.sequence + 1) return event.previousHash === before.hash ? null : 'link';
  return isWhole ? 'gap' : null;
}

/**
 * Checks an exported audit log. A whole one must begin with event 1, hold every event, and end with its own export; of a filtered
 * one each line is checked by itself, and against the line before it where that is in the file. `head` is an event that
 * must be in it, such as the last one of an earlier export.
 */
export async function verifyExport(
  text: AsyncIterable<string>,
  given: {
    readonly format: 'jsonl' | 'csv';
    readonly isWhole: boolean;
    readonly head?: { readonly sequence: number; readonly hash: string } | undefined;
  },
): Promise<AuditVerdict> {
  const { format, isWhole, head } = given;
  let [lines, links, hasHead] = [0, 0, head === undefined];
  let before: ExportedEvent | null = null;
  const verdict = (problem: AuditProblem | null): AuditVerdict => {
    const last = before === null ? null : { sequence: before.sequence, hash: before.hash };
    return { lines, links, last, problem };
  };
  for await (const event of readExport(text, format)) {
    lines += 1;
    if (event === undefined) return verdict({ line: lines, sequence: null, what: 'unreadable' });
    const what = problemOf(event, before, isWhole);
    if (what !== null) return verdict({ line: lines, sequence: event.sequence, what });
    if (event.sequence === 1 || before?.sequence === event.sequence - 1) links += 1;
    if (event.sequence === head?.sequence && event.hash === head.hash) hasHead = true;
    before = event;
  }
  const sequence = before?.sequence ?? null;
  if (isWhole && (before === null || !endsExport(before))) return verdict({ line: lines, sequence, what: 'end' });
  if (!hasHead) return verdict({ line: 0, sequence: head?.sequence ?? null, what: 'head' });
  return verdict(null);
}
