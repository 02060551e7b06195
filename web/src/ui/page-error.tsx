import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/api-error.ts';
import { ErrorNotice } from './error-notice.tsx';
import { LinkButton } from './link-button.tsx';
import { Page } from './page.tsx';

/** An address that names nothing: nothing is there, or what stands in the place of an id is none. */
function namesNothing(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'not-found' || error.code === 'bad-request');
}

/** Shown in place of a page whose data could not be read. */
export function PageError({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation();
  if (namesNothing(error))
    return (
      <Page title={t('error.notFoundTitle')} documentTitle={t('error.notFoundTitle')} verdict={t('error.missing')}>
        <LinkButton to="/projects">{t('error.toProjects')}</LinkButton>
      </Page>
    );
  return (
    <Page title={t('error.title')} documentTitle={t('error.title')}>
      <ErrorNotice error={error} onRetry={onRetry} />
    </Page>
  );
}
