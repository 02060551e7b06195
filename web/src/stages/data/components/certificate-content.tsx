import { localizedText, inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { formatExactCount } from '../../../ui/numbers.ts';
import { formatMoment } from '../../../ui/time.ts';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Everything that a certificate says, in the words of the page where it has some and else by its own names. */
export function CertificateContent({ content }: { readonly content: unknown }) {
  const { t, i18n } = useTranslation('privacy');
  const language = useLanguage();
  const nameOf = (key: string) =>
    i18n.exists(`privacy:certificate.field.${key}`)
      ? t(`certificate.field.${key}` as 'certificate.field.version')
      : key;

  function shown(value: unknown): ReactNode {
    if (value === null || value === undefined) return '–';
    if (typeof value === 'number') return formatExactCount(value);
    if (typeof value === 'string') {
      if (MOMENT.test(value)) return <time dateTime={value}>{formatMoment(value, language)}</time>;
      return /^[0-9a-f-]{32,}$/.test(value) ? (
        <code className="whole-hash">{value}</code>
      ) : (
        <span data-raw>{value}</span>
      );
    }
    if (typeof value === 'boolean') return t(value ? 'certificate.yes' : 'certificate.no');
    const name = localizedText.safeParse(value);
    if (name.success && !Array.isArray(value)) return <span data-raw>{inLanguage(name.data, language)}</span>;
    if (Array.isArray(value)) {
      if (value.length === 0) return t('certificate.none');
      return (
        <ul className="plain-list">
          {value.map((one, index) => (
            // A certificate never changes.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>{shown(one)}</li>
          ))}
        </ul>
      );
    }
    return (
      <dl className="certificate">
        {Object.entries(value).map(([key, member]) => (
          <div key={key}>
            <dt>{nameOf(key)}</dt>
            <dd>{shown(member)}</dd>
          </div>
        ))}
      </dl>
    );
  }

  return <>{shown(content)}</>;
}
