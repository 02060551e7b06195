import '../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { PeopleNames, PersonName } from './person-name.tsx';

const people = [
  { email: 'one@example.com', name: 'Li Na' },
  { email: 'two@example.com', name: 'Li Na' },
  { email: 'three@example.com', name: 'Wu Fang' },
];

beforeEach(() => {
  translationsIn('en');
  vi.stubGlobal('fetch', async () => Response.json({ people }));
});
afterEach(() => vi.unstubAllGlobals());

test('an address stands beside a name once, also where the name says it because two people have it', async () => {
  renderPart(
    <PeopleNames projectId="p">
      <p data-testid="shared">
        <PersonName actor="one@example.com" isAddressShown />
      </p>
      <p data-testid="alone">
        <PersonName actor="three@example.com" isAddressShown />
      </p>
    </PeopleNames>,
  );
  expect(await screen.findByText('Wu Fang', { exact: false })).toBeTruthy();
  expect(screen.getByTestId('shared').textContent).toBe('Li Na (one@example.com)');
  expect(screen.getByTestId('alone').textContent).toBe('Wu Fang three@example.com');
});
