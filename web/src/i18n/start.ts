import type { Language } from '@greenlight/shared/api/localized-text.ts';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en, zh } from './resources.ts';

const DOCUMENT_LANGUAGE: Record<Language, string> = { zh: 'zh-CN', en: 'en' };

/** Prepares the translations before the first screen; the document's own language follows every switch. */
export function startTranslations(language: Language): void {
  i18next.on('languageChanged', (changed) => {
    document.documentElement.lang = DOCUMENT_LANGUAGE[changed === 'zh' ? 'zh' : 'en'];
  });
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    initAsync: false,
    defaultNS: 'common',
    resources: { en, zh },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}
