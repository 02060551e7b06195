import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, vi } from 'vitest';
import { rememberedLanguage } from '../i18n/language.ts';
import { translationsIn } from './translations.ts';

// A busy machine may draw a page many times slower than a quiet one; what never comes fails all the same.
configure({ asyncUtilTimeout: 90_000 });

// Files share a page and its translations: each begins in the language of a new visitor and leaves the page as it found it.
translationsIn(rememberedLanguage());
afterEach(cleanup);
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, '', '/');
  document.head.replaceChildren();
  document.body.replaceChildren();
});
