import '../../testing/browser-stubs.ts';
import { RIGHTS } from '@greenlight/shared/across/governance/rights.ts';
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPart } from '../../testing/render.tsx';
import { translationsIn } from '../../testing/translations.ts';
import { RightsPage } from './rights-page.tsx';

test.each(['en', 'zh'] as const)('every right is told in words with exactly its roles, in %s', (language) => {
  translationsIn(language);
  renderPart(<RightsPage />);
  const rows = screen.getAllByTestId('right');
  expect(rows.map((row) => within(row).getByRole('rowheader').querySelector('code')?.textContent)).toEqual(
    Object.keys(RIGHTS),
  );
  const held = rows.map((row) => row.querySelectorAll('.right-held').length);
  expect(held).toEqual(Object.values(RIGHTS).map(({ roles, admin }) => roles.length + (admin ? 1 : 0)));
  // On a phone each cell stands alone and has to name its column.
  const columns = screen.getAllByRole('columnheader').map((column) => column.textContent);
  for (const row of rows)
    expect([...row.querySelectorAll('td')].map((cell) => cell.getAttribute('data-label'))).toEqual(columns.slice(1));
  expect(screen.queryByText(/right\./)).toBeNull();
});
