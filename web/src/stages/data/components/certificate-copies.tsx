import type { CopiesOnWorker } from '@greenlight/shared/stages/data/retention-contract.ts';
import { useTranslation } from 'react-i18next';
import { useProjectRights } from '../../../api/use-project-rights.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { Ago } from '../../../ui/ago.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { formatMoment } from '../../../ui/time.ts';
import { CopyOutcome } from './copy-outcome.tsx';
import { NOTHING } from '../../../ui/nothing.ts';

/** What each worker has confirmed so far about copies on its disk. */
export function CertificateCopies({
  certificateId,
  projectId,
  copies,
}: {
  readonly certificateId: string;
  readonly projectId: string;
  readonly copies: readonly CopiesOnWorker[];
}) {
  const may = useProjectRights(projectId);
  const { t } = useTranslation('privacy');
  const language = useLanguage();
  const title = t('certificate.field.copiesOnWorkers');
  if (copies.length === 0) return <p className="secondary">{t('certificate.copies.none')}</p>;
  return (
    <>
      <Scrolling label={title}>
        <table className="plain-table" data-testid="certificate-copies">
          <thead>
            <tr>
              <th scope="col">{t('certificate.field.worker')}</th>
              <th scope="col" className="wide">
                {t('certificate.copies.standing')}
              </th>
              <th scope="col">{t('certificate.copies.confirmedAt')}</th>
              <th scope="col">{t('certificate.copies.lastSeenAt')}</th>
            </tr>
          </thead>
          <tbody>
            {copies.map((copy) => {
              const { workerId, worker, state, at, lastSeenAt, stated } = copy;
              const isOpen = state === 'unconfirmed' || state === 'held';
              return (
                <tr key={workerId} data-state={state} data-stated={stated?.outcome}>
                  <th scope="row" data-raw>
                    {worker}
                  </th>
                  <td>
                    {t(`certificate.copies.state.${state}`)}
                    {stated && (
                      <p className="secondary">
                        {t('certificate.copies.stated', {
                          outcome: t(`certificate.copies.outcome.${stated.outcome}`),
                          by: stated.by,
                          at: formatMoment(stated.at, language),
                        })}{' '}
                        <span data-raw>{stated.reason}</span>
                      </p>
                    )}
                    {isOpen && ' '}
                    {isOpen && may('data:erase') && <CopyOutcome certificateId={certificateId} copy={copy} />}
                  </td>
                  <td>{at === null ? NOTHING : <time dateTime={at}>{formatMoment(at, language)}</time>}</td>
                  <td>
                    <Ago moment={lastSeenAt} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scrolling>
      <p className="secondary">{t('certificate.copies.hint')}</p>
    </>
  );
}
