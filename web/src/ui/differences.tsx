import type { ContentDifference } from '@greenlight/shared/stages/requirements/contract.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/language.ts';
import { differenceTexts } from './difference-text.ts';
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
      <table className="plain-table differences stacked-on-phones">
        <thead>
          <tr>
            <th scope="col">{t('change.field')}</th>
            <th scope="col">{t('change.before')}</th>
            <th scope="col">{t('change.after')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((difference) => {
            const { name, before, after } = differenceTexts(difference, language, words);
            return (
              <tr key={`${difference.field} ${difference.criterion?.id ?? ''}`}>
                <th scope="row">{name}</th>
                <td data-label={t('change.before')}>
                  <del data-raw>{before}</del>
                </td>
                <td data-label={t('change.after')}>
                  <ins data-raw>{after}</ins>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrolling>
  );
}
