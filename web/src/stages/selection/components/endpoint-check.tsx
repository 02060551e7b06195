import {
  checkCandidateEndpoint,
  describeCandidate,
  type Candidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { Ago } from '../../../ui/ago.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { refreshSelection } from '../queries.ts';
import { Gap } from '../../../ui/gap.tsx';

/** What an endpoint answered last, and asking it again, with a secret where it wants one. */
export function EndpointCheck({ candidate, mayAsk }: { readonly candidate: Candidate; readonly mayAsk: boolean }) {
  const { t } = useTranslation('selection');
  const queryClient = useQueryClient();
  const [secret, setSecret] = useState('');
  const ask = useMutation({
    mutationFn: async () => {
      const params = { candidateId: candidate.id };
      if (secret !== '') await call(describeCandidate, { params, body: { secret } });
      return call(checkCandidateEndpoint, { params });
    },
    onSuccess: () => setSecret(''),
    onSettled: () => refreshSelection(queryClient),
  });
  const check = candidate.endpoint?.check ?? null;
  return (
    <div>
      {check !== null && (
        <p role="status" data-testid="endpoint-check" data-problem={check.problem ?? 'none'}>
          <span className={`mark mark-${check.problem === null ? 'pass' : 'fail'}`}>
            <span aria-hidden="true">{check.problem === null ? '●' : '▲'}</span>
          </span>{' '}
          {check.problem === null
            ? t('endpoint.works', { elapsed: check.elapsedMs })
            : t(`endpoint.problem.${check.problem}`, { status: check.status ?? '' })}{' '}
          <Ago moment={check.at} />
          {check.models.length > 0 && (
            <span className="secondary">
              {' '}
              {t('endpoint.models')}
              <Gap />
              <span data-raw>{check.models.slice(0, 10).join(t('listSeparator'))}</span>
            </span>
          )}
        </p>
      )}
      {mayAsk && (
        <div className="editor-actions">
          <Input.Password
            className="wide-select"
            size="small"
            autoComplete="off"
            maxLength={500}
            aria-label={t(candidate.endpoint?.hasSecret ? 'endpoint.newSecret' : 'endpoint.secret')}
            placeholder={t(candidate.endpoint?.hasSecret ? 'endpoint.newSecret' : 'endpoint.secret')}
            value={secret}
            onChange={({ target }) => setSecret(target.value)}
          />
          <Button size="small" loading={ask.isPending} onClick={() => ask.mutate()}>
            {t('endpoint.check')}
          </Button>
        </div>
      )}
      {ask.error && <ErrorNotice error={ask.error} />}
    </div>
  );
}
