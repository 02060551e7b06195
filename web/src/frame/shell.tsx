import { MenuOutlined } from '@ant-design/icons';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/api-error.ts';
import { queryOf } from '../api/query.ts';
import { AccountMenu } from './account-menu.tsx';
import { LanguageSwitch } from '../ui/language-switch.tsx';
import { NextBar } from './next-bar.tsx';
import { OfflineNotice, PasswordNotice } from './notices.tsx';
import { NoProject } from './page-failure.tsx';
import { ProjectSwitcher } from './project-switcher.tsx';
import { Rail } from './rail.tsx';
import { SessionEnded } from './session-ended.tsx';
import { useAccount } from './session.ts';
import { ThemeSwitch } from '../ui/theme-switch.tsx';
import { PeopleNames } from '../ui/person-name.tsx';

/** The frame around every page: stages at the left; project, language, theme and account at the top. */
export function Shell() {
  const { t } = useTranslation(['frame', 'common']);
  const account = useAccount();
  const { projectId: wanted } = useParams({ strict: false });
  const [isMenuOpen, setMenuOpen] = useState(false);
  const { data, error } = useQuery({
    ...queryOf(getProject, { params: { projectId: wanted ?? '' } }),
    enabled: wanted !== undefined,
  });
  // Its pages would each say that nothing was written yet, to somebody who may not read what was.
  const isMissing = error instanceof ApiError && error.code === 'not-found';
  const [projectId, overview] = isMissing ? [undefined, undefined] : [wanted, data];
  return (
    // Somebody else who signs in meanwhile, in another tab, finds nothing that was entered here.
    <div className="shell" key={account.id}>
      <SessionEnded account={account} />
      <a className="skip-link" href="#content">
        {t('skip')}
      </a>
      <header className="top-bar">
        <Button
          className="menu-button"
          type="text"
          icon={<MenuOutlined />}
          aria-label={t('menu')}
          aria-expanded={isMenuOpen}
          onClick={() => setMenuOpen(!isMenuOpen)}
        />
        <Link to="/projects" className="brand" aria-label={t('common:product')}>
          <img src="/icon.svg" alt="" width={24} height={24} />
          <span className="wide-only">{t('common:product')}</span>
        </Link>
        <ProjectSwitcher projectId={projectId} project={overview} />
        <div className="top-bar-end">
          <LanguageSwitch />
          <ThemeSwitch />
          <AccountMenu account={account} />
        </div>
      </header>
      <div className="shell-body">
        {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- a chosen link closes the menu of a narrow screen; the links themselves take keys */}
        <div className={isMenuOpen ? 'rail rail-shown' : 'rail'} onClick={() => setMenuOpen(false)}>
          <Rail projectId={projectId} overview={overview} isAdmin={account.isAdmin} />
        </div>
        <main id="content" tabIndex={-1}>
          <OfflineNotice />
          <PasswordNotice account={account} />
          <NextBar overview={overview} isAdmin={account.isAdmin} />
          <PeopleNames projectId={projectId}>{isMissing ? <NoProject /> : <Outlet />}</PeopleNames>
        </main>
      </div>
    </div>
  );
}
