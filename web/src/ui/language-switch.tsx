import { LANGUAGES, type Language } from '@greenlight/shared/api/localized-text.ts';
import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { rememberLanguage, useLanguage } from '../i18n/language.ts';

/** Switches the language of every screen and remembers it. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation('frame');
  const language = useLanguage();
  return (
    <div data-testid="language-switch">
      <Segmented<Language>
        aria-label={t('language.label')}
        size="small"
        value={language}
        options={LANGUAGES.map((value) => ({ value, label: <span lang={value}>{t(`language.${value}`)}</span> }))}
        onChange={(chosen) => {
          rememberLanguage(chosen);
          void i18n.changeLanguage(chosen);
        }}
      />
    </div>
  );
}
