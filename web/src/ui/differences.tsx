import type { ContentDifference } from '@greenlight/shared/stages/requirements/contract.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/language.ts';
import { differenceName, fieldText } from './difference-text.ts';
import { Scrolling } from './scrolling.tsx';

/** What differs between two versions of a requirement: field by field, before and after. */
export function Differences({ differences }: { readonly differences: readonly ContentDifference[] }) {
  const { t } = useTranslation('requirements');
  const { t: common } = useTranslation();
  const words = { t, common };
  const language = useLanguage();
  if (differences.length === 0) return <p className="secondary">{t('change.none')}</p>;
  return (
    <Scrolling label={t('change.title')}>
      <table className="plain-table differences">
        <thead>
          <tr>
            <th scope="col">{t('change.field')}</th>
            <th scope="col">{t('change.before')}</th>
            <th scope="col">{t('change.after')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((difference) => (
            <tr key={`${difference.field} ${difference.criterion?.id ?? ''}`}>
              <th scope="row">{differenceName(difference, language, words)}</th>
              <td>
                <del data-raw>{fieldText(difference.field, difference.before, language, words)}</del>
              </td>
              <td>
                <ins data-raw>{fieldText(difference.field, difference.after, language, words)}</ins>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
