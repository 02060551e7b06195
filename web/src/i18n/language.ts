import { LANGUAGES, type Language } from '@greenlight/shared/api/localized-text.ts';
import { useTranslation } from 'react-i18next';

const STORAGE_KEY = 'greenlight.language';

/** The language to begin with: the one chosen before, else Chinese where the browser prefers it, else English. */
export function firstLanguage(chosen: string | null, browserLanguages: readonly string[]): Language {
  const known = LANGUAGES.find((language) => language === chosen);
  if (known) return known;
  const preferred = browserLanguages.find((tag) => /^(zh|en)\b/i.test(tag)) ?? 'en';
  return preferred.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** The language that this browser begins with. */
export function rememberedLanguage(): Language {
  return firstLanguage(localStorage.getItem(STORAGE_KEY), navigator.languages);
}

/** Keeps a choice of language for the next visit. */
export function rememberLanguage(language: Language): void {
  localStorage.setItem(STORAGE_KEY, language);
}

/** The language of the screen. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === 'zh' ? 'zh' : 'en';
}
