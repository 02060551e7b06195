import { spacedAround } from '@greenlight/shared/api/chinese-text.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';
import i18next, { type PostProcessorModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en, zh } from './resources.ts';

const DOCUMENT_LANGUAGE: Record<Language, string> = { zh: 'zh-CN', en: 'en' };

type InterpolationFormat = (
  value: unknown,
  format: string | undefined,
  language: string | undefined,
  options: Readonly<Record<string, unknown>>,
) => unknown;

/** Spaces Chinese sentences around the names and texts that are put into them, whatever script those are in. */
const chineseSpacing: PostProcessorModule = {
  type: 'postProcessor',
  name: 'chinese-spacing',
  process(sentence: string, _key, values: Record<string, unknown>) {
    if (!/\p{Script=Han}/u.test(sentence)) return sentence;
    const texts = Object.values(values).filter((value) => typeof value === 'string');
    return texts.reduce(spacedAround, sentence);
  },
};

/** Writes what is called `count` with separators, without every sentence asking for it. */
function formatCounts(): void {
  const interpolator = i18next.services.interpolator as unknown as { format: InterpolationFormat };
  const given = interpolator.format;
  interpolator.format = (value, format, language, options) => {
    const isCount = format === undefined && options['interpolationkey'] === 'count' && typeof value === 'number';
    return given(value, isCount ? 'number' : format, language, options);
  };
}

/** Prepares the translations before the first screen; the document's own language follows every switch. */
export function startTranslations(language: Language): void {
  i18next.on('languageChanged', (changed) => {
    document.documentElement.lang = DOCUMENT_LANGUAGE[changed === 'zh' ? 'zh' : 'en'];
  });
  void i18next
    .use(initReactI18next)
    .use(chineseSpacing)
    .init({
      lng: language,
      fallbackLng: false,
      initAsync: false,
      defaultNS: 'common',
      resources: { en, zh },
      postProcess: [chineseSpacing.name],
      interpolation: { escapeValue: false, alwaysFormat: true },
      returnNull: false,
    });
  formatCounts();
}
