import {
  PROJECT_ROLES,
  RIGHTS,
  type ProjectRight,
  type ProjectRole,
} from '@greenlight/shared/across/governance/rights.ts';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Scrolling } from '../../ui/scrolling.tsx';
import { NOTHING } from '../../ui/nothing.ts';

type Key<Right> = Right extends `${infer Subject}:${infer Act}` ? `right.${Subject}.${Act}` : never;

/** The text of a right; a right without a text is a type error. */
function keyOf<Right extends ProjectRight>(right: Right): Key<Right> {
  return `right.${right.replace(':', '.')}` as Key<Right>;
}

/** Who may do what: the table of rights that the server decides by, in words. */
export function RightsPage() {
  const { t } = useTranslation(['rights', 'common']);
  return (
    <Page title={t('title')} documentTitle={t('title')} verdict={t('verdict')}>
      <Panel title={t('inProject')}>
        <Scrolling label={t('title')}>
          <table className="plain-table stacked-on-phones">
            <thead>
              <tr>
                <th scope="col">{t('what')}</th>
                {PROJECT_ROLES.map((role) => (
                  <th scope="col" key={role}>
                    {t(`common:role.${role}`)}
                  </th>
                ))}
                <th scope="col">{t('admin')}</th>
                <th scope="col">{t('token')}</th>
              </tr>
            </thead>
            <tbody>
              {(Object.keys(RIGHTS) as ProjectRight[]).map((right) => {
                const { roles, admin, tokenScope } = RIGHTS[right];
                const holders: readonly ProjectRole[] = roles;
                return (
                  <tr key={right} data-testid="right">
                    <th scope="row">
                      {t(keyOf(right))} <code>{right}</code>
                    </th>
                    {PROJECT_ROLES.map((role) => (
                      <RoleCell key={role} label={t(`common:role.${role}`)} may={holders.includes(role)} />
                    ))}
                    <RoleCell label={t('admin')} may={admin} />
                    <td data-label={t('token')}>{tokenScope === null ? t('inPerson') : t(`scope.${tokenScope}`)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Scrolling>
      </Panel>
      <Panel title={t('rules')}>
        <ul>
          {(['ownWork', 'ownApprover', 'lastManager', 'personal', 'installation'] as const).map((rule) => (
            <li key={rule}>{t(`rule.${rule}`)}</li>
          ))}
        </ul>
      </Panel>
    </Page>
  );
}

function RoleCell({ label, may }: { readonly label: string; readonly may: boolean }) {
  const { t } = useTranslation('rights');
  return (
    <td data-label={label}>
      {may ? <span className="right-held">● {t('may')}</span> : <span className="secondary">{NOTHING}</span>}
    </td>
  );
}
