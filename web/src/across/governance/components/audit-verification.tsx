import { verifyAuditEvents } from '@greenlight/shared/across/governance/audit-contract.ts';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Progress } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';

/** Checks the whole chain piece by piece, from the first line to the last. */
export function AuditVerification() {
  const { t } = useTranslation('audit');
  const [share, setShare] = useState(0);
  const verify = useMutation({
    mutationFn: async () => {
      setShare(0);
      for (let [from, checked] = [1, 0]; ;) {
        const part = await call(verifyAuditEvents, { query: { from } });
        checked += part.checked;
        if (part.broken !== null || part.next === null) return { ...part, checked };
        setShare(part.next / part.last.sequence);
        from = part.next;
      }
    },
  });
  const { data, error, isPending } = verify;
  return (
    <div className="audit-verification">
      <Button type="primary" loading={isPending} onClick={() => verify.mutate()} data-testid="verify-audit">
        {t('verify.start')}
      </Button>
      {isPending && <Progress percent={Math.round(share * 100)} aria-label={t('verify.start')} />}
      <div aria-live="polite">
        {error && <ErrorNotice error={error} />}
        {data?.broken && (
          <Alert type="error" showIcon title={t(`broken.${data.broken.what}`, { sequence: data.broken.sequence })} />
        )}
        {data && !data.broken && (
          <Alert
            type="success"
            showIcon
            title={t('verify.intact', { checked: formatExactCount(data.checked) })}
            description={<code className="audit-details">{`${data.last.sequence}:${data.last.hash}`}</code>}
          />
        )}
      </div>
    </div>
  );
}
