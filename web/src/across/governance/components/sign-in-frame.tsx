import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '../../../ui/language-switch.tsx';
import { ThemeSwitch } from '../../../ui/theme-switch.tsx';

/** The page around every way to sign in. */
export function SignInFrame({ heading, children }: { readonly heading?: string; readonly children: ReactNode }) {
  const { t } = useTranslation(['governance', 'common']);
  const title = heading ?? t('signIn.title');
  useEffect(() => {
    document.title = `${title} · Greenlight`;
  }, [title]);
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <div className="sign-in-brand">
          <img src="/icon.svg" alt="" width={32} height={32} />
          <span>{t('common:product')}</span>
        </div>
        <h1>{title}</h1>
        <p className="secondary">{t('signIn.intro')}</p>
        {children}
      </div>
      <div className="sign-in-choices">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </main>
  );
}
