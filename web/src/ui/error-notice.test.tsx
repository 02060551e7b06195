import '../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { ApiError, OFFLINE_CODE } from '../api/api-error.ts';
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

test('what the details of a refusal say of each field is read where the sentence points to it', () => {
  translationsIn('zh');
  const fields = [
    { field: 'configuration.heads', message: { en: 'Too many.', zh: '太多。' } },
    { field: 'days', message: '应为整数' },
  ];
  const error = new ApiError({ code: 'invalid-configuration', status: 422, message: '', details: { fields } });
  renderPart(<ErrorNotice error={error} nameOf={(field) => (field === 'days' ? undefined : '注意力头数')} />);
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    '注意力头数：太多。',
    'days：应为整数',
  ]);
});

test.each([
  [true, /Check that Greenlight is still running/],
  [false, /Your device has no connection/],
])('who is told that the server cannot be reached is told where to look (online: %s)', (onLine, sentence) => {
  translationsIn('en');
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(onLine);
  renderPart(<ErrorNotice error={new ApiError({ code: OFFLINE_CODE, status: 0, message: '' })} />);
  expect(screen.getByText(sentence)).toBeTruthy();
  vi.restoreAllMocks();
});

test('after a session ended and somebody signed in again, an act is said to be undone, not that nobody is signed in', () => {
  translationsIn('zh');
  const error = new ApiError({ code: 'not-signed-in', status: 401, message: '', requestId: 'r-1' });
  renderPart(<ErrorNotice error={error} />);
  expect(screen.getByRole('alert').textContent).toBe('会话当时已失效，这一步没有完成，请再试一次。');
});
