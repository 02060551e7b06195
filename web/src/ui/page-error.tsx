import { useTranslation } from 'react-i18next';
import { ErrorNotice } from './error-notice.tsx';
import { Page } from './page.tsx';

/** Shown in place of a page whose data could not be read. */
export function PageError({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Page title={t('error.title')} documentTitle={t('error.title')}>
      <ErrorNotice error={error} onRetry={onRetry} />
    </Page>
  );
}
