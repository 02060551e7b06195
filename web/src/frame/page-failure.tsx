import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page } from '../ui/page.tsx';

/** Shown in place of a page that failed. */
export function PageFailure({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <main>
      <Page title={t('error.page')} documentTitle={t('error.page')}>
        <ErrorNotice error={error} onRetry={() => void router.invalidate()} />
      </Page>
    </main>
  );
}

/** Shown in place of every page of a project that is not there for the reader. */
export function NoProject() {
  const { t } = useTranslation();
  return (
    <Page title={t('error.noProjectTitle')} documentTitle={t('error.noProjectTitle')} verdict={t('error.noProject')}>
      <LinkButton to="/projects">{t('error.toProjects')}</LinkButton>
    </Page>
  );
}

/** Shown where no page has the address. */
export function PageNotFound() {
  const { t } = useTranslation();
  return (
    <main>
      <Page title={t('error.notFoundTitle')} documentTitle={t('error.notFoundTitle')} verdict={t('error.notFound')}>
        <LinkButton to="/projects">{t('error.toProjects')}</LinkButton>
      </Page>
    </main>
  );
}
