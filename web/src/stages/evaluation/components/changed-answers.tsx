import type {
  ChangedAnswers as Changed,
  EvaluationComparison,
} from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../ui/panel.tsx';
import type { Compared } from '../compared.ts';
import { pValueText } from '../p-value.ts';
import { EvaluationSwatch } from './evaluation-swatch.tsx';

/** Less than this is said to be rare between equally good models: the level of the 95 % intervals. */
const CHANCE = 0.05;

/** Which changed items are open. */
export interface OpenItems {
  readonly changed?: string | undefined;
  /** The further task that was answered; absent for the first head. */
  readonly task?: string | undefined;
  readonly direction?: 'worse' | 'better' | undefined;
}

interface Properties {
  readonly projectId: string;
  readonly answers: EvaluationComparison['answers'];
  readonly compared: readonly Compared[];
  /** What the address holds besides the items that are open. */
  readonly search: { readonly ids: string | undefined; readonly head?: string | undefined };
}

function Line({ changed, baseline }: { readonly changed: Changed; readonly baseline: string }) {
  const { t } = useTranslation('comparison');
  const { onlyBaseline, onlyThis, pValue } = changed;
  if (onlyBaseline + onlyThis === 0) return t('answers.none');
  return (
    <>
      {t('answers.line', {
        lost: t('answers.lost', { count: onlyBaseline, baseline }),
        won: t('answers.won', { count: onlyThis }),
      })}
      {pValue !== null && (
        <div className="secondary">
          {t('answers.tested', {
            test: t('answers.test', { p: pValueText(pValue) }),
            words: t(pValue < CHANCE ? 'answers.hardly' : 'answers.chance'),
          })}
        </div>
      )}
    </>
  );
}

/** Of each head that answers right or wrong: how many items each evaluation lost and won against the baseline, and where they are listed. */
export function ChangedAnswers({ projectId, answers, compared, search }: Properties) {
  const { t } = useTranslation(['comparison', 'common']);
  const baseline = compared[0];
  if (answers.length === 0 || baseline === undefined) return null;
  const linkTo = (open: OpenItems, count: number, direction: 'worse' | 'better') => (
    <Link
      to="/projects/$projectId/evaluation/compare"
      params={{ projectId }}
      search={{ ...search, ...open, direction }}
      resetScroll={false}
      data-testid={`show-${direction}`}
    >
      {t(direction === 'worse' ? 'answers.showWorse' : 'answers.showBetter', { count })}
    </Link>
  );
  return (
    <Panel title={t('answers.title')}>
      <p className="secondary">{t('answers.how')}</p>
      {answers.map(({ task, changed }) => (
        <section key={task ?? ''}>
          {answers.length > 1 && <h3>{task === null ? t('common:head.first') : <span data-raw>{task}</span>}</h3>}
          <ul className="changed-answers">
            {compared.slice(1).map(({ summary: { id }, name, color }, place) => {
              const counted = changed[place + 1] ?? null;
              const open = { changed: id, ...(task === null ? {} : { task }) };
              return (
                <li key={id} data-testid="changed-answers">
                  <strong>
                    <EvaluationSwatch color={color} /> <span data-raw>{name}</span>
                  </strong>
                  <div>
                    {counted === null ? t('answers.unsaid') : <Line changed={counted} baseline={baseline.name} />}
                    {counted !== null && (
                      <div className="panel-links print-hidden">
                        {counted.onlyBaseline > 0 && linkTo(open, counted.onlyBaseline, 'worse')}
                        {counted.onlyThis > 0 && linkTo(open, counted.onlyThis, 'better')}
                      </div>
                    )}
                  </div>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </Panel>
  );
}
