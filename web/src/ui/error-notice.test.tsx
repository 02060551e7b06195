import '../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { ErrorNotice } from './error-notice.tsx';

test.each([
  ['internal', 500, 1],
  ['not-allowed', 403, 0],
  ['not-found', 404, 0],
])('%s offers to try again only where that can help', (code, status, buttons) => {
  translationsIn('en');
  renderPart(<ErrorNotice error={new ApiError({ code, status, message: '' })} onRetry={() => undefined} />);
  expect(screen.queryAllByRole('button')).toHaveLength(buttons);
});
