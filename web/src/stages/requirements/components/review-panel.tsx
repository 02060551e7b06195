import {
  approveRequirement,
  sendBackRequirement,
  withdrawRequirement,
  type Requirement,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { contentDifferences } from '@greenlight/shared/stages/requirements/differences.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { Differences } from '../../../ui/differences.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Field } from '../../../ui/field.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { contentOf } from '../draft-keeper.ts';
import { decidersQuery, projectQuery, refreshRequirement, versionQuery } from '../queries.ts';
import { OwnWorkNotice, useDeciders, WhoDecides } from './deciders.tsx';
import { Effects } from './effects.tsx';
import { usePersonName } from '../../../ui/person-name.tsx';
import { useTellLate } from '../../../ui/use-tell-late.tsx';

interface Properties {
  readonly version: Requirement;
  /** The approved version before it, by id; null where this is the first. */
  readonly approvedBefore: string | null;
  readonly rights: { readonly mayEdit: boolean; readonly mayDecide: boolean };
}

type Decision = 'approve' | 'send-back' | 'withdraw';

/** What a version changes since the approved one, and what becomes of the project by it. */
function Change({ version, beforeId }: { readonly version: Requirement; readonly beforeId: string }) {
  const { t } = useTranslation('requirements');
  const { data, error, refetch } = useQuery(versionQuery(beforeId));
  if (!data) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null;
  return (
    <>
      <h3>{t('review.since', { version: data.version })}</h3>
      <Differences differences={contentDifferences(contentOf(data), contentOf(version))} />
      <Effects version={version} before={data} />
    </>
  );
}

/** What a version in review changes, and the decision about it for those who may take it. */
export function ReviewPanel({ version, approvedBefore, rights }: Properties) {
  const { t } = useTranslation('requirements');
  const nameOf = usePersonName();
  const queryClient = useQueryClient();
  const tellLate = useTellLate();
  const [reason, setReason] = useState('');
  const [isSentWithout, setSentWithout] = useState(false);
  const isReasonNeeded = isSentWithout && reason.trim() === '';
  const submitter = version.events.findLast(({ kind }) => kind === 'submitted')?.actor;
  const deciders = useDeciders(version);
  const { data: project, error: projectError, refetch: readProject } = useQuery(projectQuery(version.projectId));
  const { isPending: isDecidingUnread } = useQuery(decidersQuery(version.id));
  const isOwn = deciders?.isOwn === true;
  const decide = useMutation({
    mutationFn: (decision: Decision) => {
      const params = { requirementId: version.id };
      const { revision } = version;
      // What is frozen with the decision is what stands in the effects.
      const evaluationId = project?.verdict.evaluationId;
      if (decision === 'approve') return call(approveRequirement, { params, body: { revision, reason, evaluationId } });
      if (decision === 'withdraw') return call(withdrawRequirement, { params, body: { revision } });
      return call(sendBackRequirement, { params, body: { revision, reason } });
    },
    // A refusal often means that the version has moved on: what is shown must be what is there.
    onError: (error) => tellLate(error, reason),
    onSettled: () => refreshRequirement(queryClient),
  });
  const sendBack = () => {
    setSentWithout(reason.trim() === '');
    if (reason.trim() !== '') decide.mutate('send-back');
  };
  return (
    <Panel title={t('review.title', { version: version.version })}>
      <p>{t('review.submitted', { actor: nameOf(submitter ?? '') })}</p>
      {approvedBefore === null ? (
        <>
          <p className="secondary">{t('review.first')}</p>
          <Effects version={version} before={null} />
        </>
      ) : (
        <Change version={version} beforeId={approvedBefore} />
      )}
      {project === undefined && projectError !== null && (
        <>
          <p>{t('review.evidenceUnread')}</p>
          <ErrorNotice error={projectError} onRetry={() => void readProject()} />
        </>
      )}
      {decide.error && <ErrorNotice error={decide.error} />}
      {rights.mayDecide && (
        <Field
          label={t('review.reason')}
          isWrong={isReasonNeeded}
          notes={
            isReasonNeeded ? <span className="issue-error">{t('review.reasonNeeded')}</span> : t('review.reasonHint')
          }
        >
          {(control) => (
            <Input.TextArea
              {...control}
              rows={2}
              maxLength={2000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      )}
      <p className="notice-actions">
        {rights.mayDecide && (
          <>
            <Button
              type="primary"
              data-testid="approve-requirement"
              loading={decide.isPending}
              disabled={isDecidingUnread || project === undefined || (isOwn && !deciders.mayOverride)}
              onClick={() => decide.mutate('approve')}
            >
              {t('review.approve')}
            </Button>
            <Button disabled={decide.isPending} onClick={sendBack}>
              {t('review.sendBack')}
            </Button>
          </>
        )}
        {rights.mayEdit && (
          <Button disabled={decide.isPending} onClick={() => decide.mutate('withdraw')}>
            {t('review.withdraw')}
          </Button>
        )}
        {!rights.mayDecide && <WhoDecides version={version} />}
      </p>
      {/* Read later than the rest: below the buttons it moves none of them. */}
      {rights.mayDecide && isOwn && <OwnWorkNotice version={version} />}
      {rights.mayDecide && deciders?.isOwn === false && (
        <p className="secondary">
          {t('review.next')}
          {deciders.others !== undefined && t('review.others', { names: deciders.others })}
        </p>
      )}
    </Panel>
  );
}
