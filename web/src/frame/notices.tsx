import type { Account } from '@greenlight/shared/across/governance/contract.ts';
import { Link } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

function subscribeToConnection(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

/** Says that the browser has no network. */
export function OfflineNotice() {
  const { t } = useTranslation('frame');
  const isOnline = useSyncExternalStore(subscribeToConnection, () => navigator.onLine);
  return isOnline ? null : <Alert banner type="warning" title={t('offline')} />;
}

/** Invites a person without a password to set one; it can be put off. */
export function PasswordNotice({ account }: { readonly account: Account }) {
  const { t } = useTranslation('frame');
  const [isPutOff, setPutOff] = useState(false);
  if (account.hasPassword || isPutOff) return null;
  return (
    <Alert
      banner
      type="info"
      title={t('setPassword.text')}
      action={
        <span className="notice-actions">
          <Link to="/account">{t('setPassword.action')}</Link>
          <Button size="small" type="text" onClick={() => setPutOff(true)}>
            {t('setPassword.later')}
          </Button>
        </span>
      }
    />
  );
}
