import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';

/** Says that a project has no data version yet, and where one is brought in. */
export function NoVersion({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation('preparation');
  return (
    <EmptyState
      reason={t('noVersion')}
      action={
        <LinkButton to="/projects/$projectId/data" params={{ projectId }}>
          {t('toData')}
        </LinkButton>
      }
    />
  );
}
