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
  return format === 'csv' ? CSV_MARK + csvRow(COLUMNS) : '';
}

/** One line of an exported log; everything that its hash covers is in it. */
export function auditFileLine(event: AuditEvent, format: AuditFormat): string {
  if (format === 'jsonl') return `${JSON.stringify(event)}\n`;
  return csvRow(COLUMNS.map((column) => (column === 'details' ? JSON.stringify(event.details) : event[column])));
}
