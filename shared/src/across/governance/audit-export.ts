import { csvRow, CSV_MARK } from '../../api/csv.ts';
import type { AuditEvent, AuditFormat } from './audit-contract.ts';

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
] as const satisfies readonly (keyof AuditEvent)[];

/** What an exported log begins with. */
export function auditFileHead(format: AuditFormat): string {
  return format === 'csv' ? CSV_MARK + csvRow([...COLUMNS, 'exportSequence']) : '';
}

/**
 * One line of an exported log; everything that its hash covers is in it. `exportSequence` is the event of the export itself,
 * which ends a whole file: without it, a file that was cut off after an earlier export would look whole.
 */
export function auditFileLine(event: AuditEvent, format: AuditFormat, exportSequence: number): string {
  if (format === 'jsonl') return `${JSON.stringify({ ...event, exportSequence })}\n`;
  const cells = COLUMNS.map((column) => (column === 'details' ? JSON.stringify(event.details) : event[column]));
  return csvRow([...cells, exportSequence]);
}
