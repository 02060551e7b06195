import type { Language, LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { Button, Input } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/language.ts';
import { Field } from './field.tsx';

interface Properties {
  readonly label: string;
  readonly value: LocalizedText;
  readonly onChange: (value: LocalizedText) => void;
  readonly rows?: number;
  readonly notes?: ReactNode;
  readonly isWrong?: boolean;
}

/** A text with one language changed; a language that says nothing is left out unless it is the only one. */
function withText(value: LocalizedText, language: Language, text: string): LocalizedText {
  const other: Language = language === 'zh' ? 'en' : 'zh';
  const otherText = value[other] ?? '';
  const kept = otherText === '' ? {} : { [other]: otherText };
  return text === '' && otherText !== '' ? kept : { ...kept, [language]: text };
}

/** A text in the language of the screen, with the other language beside it where it exists or is wanted. */
export function LocalizedField({ label, value, onChange, rows = 1, notes, isWrong = false }: Properties) {
  const { t } = useTranslation();
  const language = useLanguage();
  const other: Language = language === 'zh' ? 'en' : 'zh';
  // Once shown it stays, so that it does not vanish under somebody who empties it.
  const [isOtherWanted, setOtherWanted] = useState(false);
  const isOtherShown = isOtherWanted || (value[other] ?? '') !== '';
  const input = (which: Language, control: object) => (
    <Input.TextArea
      {...control}
      lang={which}
      autoSize={{ minRows: rows, maxRows: 12 }}
      maxLength={20_000}
      value={value[which] ?? ''}
      status={isWrong && which === language ? 'error' : ''}
      onChange={(event) => {
        if (which === other) setOtherWanted(true);
        onChange(withText(value, which, event.target.value));
      }}
    />
  );
  return (
    <div className="localized-field">
      <Field label={label} notes={notes} isWrong={isWrong}>
        {(control) => input(language, control)}
      </Field>
      {isOtherShown ? (
        <Field label={t('otherLanguage.label', { label, language: t(`otherLanguage.${other}`) })}>
          {(control) => input(other, control)}
        </Field>
      ) : (
        <Button type="link" size="small" onClick={() => setOtherWanted(true)}>
          {t('otherLanguage.add', { language: t(`otherLanguage.${other}`) })}
          <span className="visually-hidden">{label}</span>
        </Button>
      )}
    </div>
  );
}
