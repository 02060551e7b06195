import '../../../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderLinked } from '../../../testing/render-linked.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { AuditLog } from './audit-log.tsx';

afterEach(() => vi.unstubAllGlobals());

test('who may not read the log is told who may, and nothing is asked that will be refused', async () => {
  translationsIn('en');
  const request = vi.fn<typeof fetch>(async () => Response.json({}, { status: 403 }));
  vi.stubGlobal('fetch', request);
  renderLinked(<AuditLog projectId="p" mayRead={false} filter={{}} onFilter={() => undefined} />);
  expect(await screen.findByText(/may read|can read/i)).toBeTruthy();
  expect(request).not.toHaveBeenCalled();
});
