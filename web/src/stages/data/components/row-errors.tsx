import type { PreparationJobResult } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Gap } from '../../../ui/gap.tsx';

/** Errors that are shown with their places. */
const SHOWN_ERRORS = 50;

interface Properties {
  readonly errors: PreparationJobResult['errors'];
  readonly isArchive: boolean;
}

/** What of a source could not be read and was left out: how much, and the first of it with its places. */
export function RowErrors({ errors, isArchive }: Properties) {
  const { t } = useTranslation(['preparation', 'common']);
  const language = useLanguage();
  return (
    <>
      <h3>{t(isArchive ? 'result.entryErrors' : 'result.rowErrors', { count: errors.total })}</h3>
      {!isArchive && <p className="secondary">{t('common:recordsCounted')}</p>}
      <ul data-testid="row-errors">
        {errors.examples.slice(0, SHOWN_ERRORS).map((error) => (
          <li key={`${error.row} ${error.byte} ${error.code}`}>
            {t(isArchive ? 'result.atEntry' : 'result.atRow', { row: error.row, byte: error.byte })}
            <Gap />
            {error[language]}
          </li>
        ))}
      </ul>
      {errors.total > SHOWN_ERRORS && <p>{t('result.moreErrors', { count: errors.total - SHOWN_ERRORS })}</p>}
    </>
  );
}
