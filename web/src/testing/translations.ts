import type { Language } from '@greenlight/shared/api/localized-text.ts';
import i18next from 'i18next';
import { startTranslations } from '../i18n/start.ts';

/** The real translations in a language, for tests of what people read. */
export function translationsIn(language: Language): typeof i18next {
  if (i18next.isInitialized) void i18next.changeLanguage(language);
  else startTranslations(language);
  return i18next;
}
