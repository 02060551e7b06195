import '../../../testing/browser-stubs.ts';
import { carriesRight, type ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { renderLinked } from '../../../testing/render-linked.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { DataActions } from './data-actions.tsx';

beforeEach(() => void translationsIn('en'));

async function shownTo(roles: readonly ProjectRole[], shown?: string): Promise<(string | null)[]> {
  renderLinked(
    <DataActions
      projectId="p"
      may={(right) => carriesRight({ roles, isAdmin: false }, right)}
      shown={shown}
      isToPrepare={false}
      onAdd={() => undefined}
    />,
  );
  await screen.findByTestId('open-uploads');
  return [...document.querySelectorAll('a, button')].map(({ textContent }) => textContent);
}

test('who may only read is led to records, and offered nothing that they may not do', async () => {
  expect(await shownTo(['viewer'], 'v')).toEqual(['Uploaded files', 'Erasures', 'Preparations']);
});

test('a product manager erases people, and reads the rest', async () => {
  expect(await shownTo(['product-manager'], 'v')).toEqual(['Uploaded files', 'Erase a person', 'Preparations']);
});

test('a data scientist does all of it; with nothing there yet, adding comes first', async () => {
  expect(await shownTo(['data-scientist'], 'v')).toEqual([
    'Large files',
    'Erase a person',
    'Clean and prepare',
    'Add text data',
  ]);
  document.body.replaceChildren();
  expect(await shownTo(['data-scientist'])).toEqual(['Add text data', 'Large files', 'Erase a person']);
});
