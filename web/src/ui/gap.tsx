import { useLanguage } from '../i18n/language.ts';

/** The space between the parts of a sentence, which Chinese does not have behind its full-width signs. */
export function Gap() {
  return useLanguage() === 'zh' ? null : ' ';
}
