import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import type { ProjectRight } from '@greenlight/shared/across/governance/rights.ts';
import type { StageCard } from '@greenlight/shared/projects/contract.ts';
import { STEP_RIGHTS } from '@greenlight/shared/projects/step-rights.ts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Ago } from '../ui/ago.tsx';
import { MetricTerm } from '../ui/metric-term.tsx';
import { formatCount, formatNumber } from '../ui/numbers.ts';
import { StageStateMark } from '../ui/state-mark.tsx';
import { StepHolders } from './step-holders.tsx';

const PAGES = {
  requirements: '/projects/$projectId/requirements',
  selection: '/projects/$projectId/selection',
  data: '/projects/$projectId/data',
  training: '/projects/$projectId/training',
  evaluation: '/projects/$projectId/evaluation',
} as const;

const COUNTS = ['criteria', 'candidates', 'dataset-versions'] as const;

function KeyNumber({ keyNumber }: { readonly keyNumber: NonNullable<StageCard['keyNumber']> }) {
  const { t } = useTranslation('overview');
  if (keyNumber.value === null) return null;
  const count = COUNTS.find((name) => name === keyNumber.name);
  if (count)
    return (
      <p className="stage-card-number">
        {t(`stages.number.${count}`, { count: keyNumber.value, value: formatCount(keyNumber.value) })}
      </p>
    );
  const metric = keyNumber.name.split('/').at(-1) ?? keyNumber.name;
  return (
    <p>
      <span className="stage-card-number">{formatNumber(keyNumber.value)}</span>{' '}
      {findMetric(metric) ? <MetricTerm metric={metric} /> : keyNumber.name}
    </p>
  );
}

interface Properties {
  readonly projectId: string;
  readonly stages: readonly StageCard[];
  readonly may: (right: ProjectRight) => boolean;
}

/** The seven stages left to right: state, key number, last change, and the way in. */
export function StageCards({ projectId, stages, may }: Properties) {
  const { t } = useTranslation(['overview', 'common']);
  return (
    <ol className="stage-cards" aria-label={t('stages.label')}>
      {stages.map((card) => {
        const page = card.stage in PAGES ? PAGES[card.stage as keyof typeof PAGES] : undefined;
        const name = t(`common:stage.${card.stage}`);
        return (
          <li key={card.stage}>
            <h2>
              {page ? (
                <Link to={page} params={{ projectId }}>
                  {name}
                </Link>
              ) : (
                name
              )}
            </h2>
            <p>
              <StageStateMark state={card.state} />
            </p>
            {card.keyNumber && <KeyNumber keyNumber={card.keyNumber} />}
            {card.changedAt && (
              <p className="secondary">
                <Ago moment={card.changedAt} />
              </p>
            )}
            {page && card.next && (
              <p>
                {may(STEP_RIGHTS[card.next]) ? (
                  <Link
                    to={page}
                    params={{ projectId }}
                    search={card.next === 'choose-candidates' ? { view: 'catalogue' } : {}}
                  >
                    {t(`next.${card.next}.action`)}
                  </Link>
                ) : (
                  t(`next.${card.next}.action`)
                )}
              </p>
            )}
            {page && card.next && !may(STEP_RIGHTS[card.next]) && (
              <p>
                <StepHolders action={card.next} />
              </p>
            )}
            {!page && <p className="secondary">{t('stages.noPage')}</p>}
          </li>
        );
      })}
    </ol>
  );
}
