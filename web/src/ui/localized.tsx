import { inLanguage, type LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { useLanguage } from '../i18n/language.ts';

/** The text that people wrote, in the language of the screen where it exists. */
export function Localized({ text }: { readonly text: LocalizedText }) {
  const language = useLanguage();
  return (
    <span lang={text[language] ? language : undefined} dir="auto">
      {inLanguage(text, language)}
    </span>
  );
}
