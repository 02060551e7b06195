import { RIGHTS } from '@greenlight/shared/across/governance/rights.ts';
import { STEP_RIGHTS, type StepAction } from '@greenlight/shared/projects/step-rights.ts';
import { useTranslation } from 'react-i18next';

/** The roles that may take a step, for a reader who has none of them. */
export function StepHolders({ action }: { readonly action: StepAction }) {
  const { t } = useTranslation(['overview', 'common']);
  const roles = RIGHTS[STEP_RIGHTS[action]].roles.map((role) => t(`common:role.${role}`));
  return (
    <span className="secondary" data-testid="step-holders">
      {t('next.whoMay', { roles: roles.join(t('common:listOf.separator')) })}
    </span>
  );
}
