import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError, OFFLINE_CODE, sentenceOf } from '../api/api-error.ts';
import { useLanguage } from '../i18n/language.ts';
import { FieldProblems, fieldProblemsOf } from './field-problems.tsx';

interface Properties {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** The name on the page of a field that the details name. */
  readonly nameOf?: (field: string) => string | undefined;
}

/** What happened, what was kept and what to do, with a button to try again where that can help. */
export function ErrorNotice({ error, onRetry, nameOf }: Properties) {
  const { t } = useTranslation();
  const language = useLanguage();
  const isOffline = error instanceof ApiError && error.code === OFFLINE_CODE;
  // Until somebody signs in again, a dialog covers the page: this is read afterwards.
  const isSessionEnd = error instanceof ApiError && error.code === 'not-signed-in';
  const requestId = error instanceof ApiError && !isSessionEnd ? error.requestId : undefined;
  // Trying again gives nobody a right, and finds nothing that is not there.
  const canHelp = !(error instanceof ApiError && (error.status === 403 || error.status === 404));
  const unreached = navigator.onLine ? 'error.offline' : 'error.noConnection';
  const known = isSessionEnd ? t('error.sessionEnded') : sentenceOf(error, language);
  const sentence = isOffline ? t(unreached) : (known ?? t('error.unknown'));
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={isOffline ? t('error.offlineTitle') : sentence}
      description={
        isOffline || requestId || fieldProblemsOf(error).length > 0 ? (
          <>
            {isOffline && sentence}
            <FieldProblems error={error} nameOf={nameOf} />
            {requestId && <span className="secondary">{t('error.requestId', { id: requestId })}</span>}
          </>
        ) : undefined
      }
      action={
        onRetry &&
        canHelp && (
          <Button size="small" onClick={onRetry}>
            {t('action.retry')}
          </Button>
        )
      }
    />
  );
}
