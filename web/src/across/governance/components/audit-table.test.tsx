import '../../../testing/browser-stubs.ts';
import type { AuditEvent } from '@greenlight/shared/across/governance/audit-contract.ts';
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { AuditTable } from './audit-table.tsx';

const event = (sequence: number): AuditEvent => ({
  sequence,
  at: '2026-01-02T00:00:00.000Z',
  actor: 'a@example.com',
  action: 'run.started',
  target: `run:${sequence}`,
  projectId: null,
  details: { z: 1 },
  previousHash: 'a'.repeat(64),
  hash: 'b'.repeat(64),
});

test('the line that does not fit is marked, and no other', () => {
  translationsIn('en');
  renderPart(<AuditTable events={[event(3), event(2), event(1)]} broken={{ sequence: 2, what: 'content' }} />);
  const marked = screen.getAllByTestId('audit-event').filter((row) => row.textContent.includes('does not fit'));
  expect(marked.map((row) => row.textContent)).toEqual([expect.stringContaining('run:2')]);
});
