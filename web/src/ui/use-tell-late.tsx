import type { ErrorCode } from '@greenlight/shared/api/error-codes.ts';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError, sentenceOf } from '../api/api-error.ts';
import { useLanguage } from '../i18n/language.ts';

/** Refusals because somebody else, or the same person in another tab, was first. */
const LATE: ReadonlySet<string> = new Set<ErrorCode>([
  'edited-meanwhile',
  'wrong-requirement-state',
  'selection-decided',
]);

/** Says in a dialog that an act came too late, with what was written for it: by then the page shows what stands now, and no form any more. */
export function useTellLate(): (error: unknown, written: string) => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const language = useLanguage();
  return (error, written) => {
    if (!(error instanceof ApiError) || !LATE.has(error.code)) return;
    modal.warning({
      title: t('late.title'),
      okText: t('late.close'),
      content: (
        <>
          <p>{sentenceOf(error, language)}</p>
          {written.trim() !== '' && (
            <>
              <p>{t('late.written')}</p>
              <blockquote className="prose" data-raw>
                {written}
              </blockquote>
            </>
          )}
        </>
      ),
    });
  };
}
