import '../../../testing/browser-stubs.ts';
import type { AuditFilter } from '@greenlight/shared/across/governance/audit-contract.ts';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { AuditFilters } from './audit-filters.tsx';

const NEW = { id: '01a20a76-a2a3-7a62-8176-708ce0b86c34', name: 'New one', localizedName: null };
const OLD = { id: '01a20a76-a2a3-7a62-8176-708ce0b86c35', name: 'Old one', localizedName: null };
const request = vi.fn<(url: string) => Promise<Response>>();
const onFilter = vi.fn<(filter: AuditFilter) => void>();
const draw = (filter: AuditFilter, hasProjects = true) =>
  renderPart(<AuditFilters filter={filter} actions={[]} hasProjects={hasProjects} onFilter={onFilter} />);

beforeEach(() => {
  translationsIn('en');
  request.mockImplementation(async (url) =>
    Response.json(
      url.includes('cursor=older') ? { items: [OLD], nextCursor: null } : { items: [NEW], nextCursor: 'older' },
    ),
  );
  vi.stubGlobal('fetch', request);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

test('the events of a project that changed long ago can be asked for', async () => {
  draw({});
  const field = screen.getByLabelText('Project');
  fireEvent.mouseDown(field);
  fireEvent.change(field, { target: { value: 'old' } });
  fireEvent.click(await screen.findByText('Old one', { selector: '.ant-select-item-option-content' }));
  expect(onFilter).toHaveBeenCalledWith({ project: OLD.id });
});

test('a project that the address names stands there by its name, however far back it is', async () => {
  draw({ project: OLD.id });
  expect(screen.queryByText(OLD.id)).toBeNull();
  expect(await screen.findByText('Old one')).toBeTruthy();
});

test('the log of one project asks for no others', () => {
  draw({}, false);
  expect(request).not.toHaveBeenCalled();
});
