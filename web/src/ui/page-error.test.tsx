import '../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { renderLinked } from '../testing/render-linked.tsx';
import { translationsIn } from '../testing/translations.ts';
import { PageError } from './page-error.tsx';

test.each([
  ['not-found', 404],
  ['bad-request', 400],
])('an address that names nothing (%s) says so and leads on', async (code, status) => {
  translationsIn('en');
  renderLinked(<PageError error={new ApiError({ code, status, message: '' })} onRetry={() => undefined} />);
  expect(await screen.findByRole('heading', { name: 'There is nothing at this address' })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Go to projects' })).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

test('what may come with another try offers one', async () => {
  translationsIn('en');
  renderLinked(
    <PageError error={new ApiError({ code: 'internal', status: 500, message: '' })} onRetry={() => undefined} />,
  );
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy();
});
