import { findArchitecture } from '@greenlight/shared/stages/selection/architectures/catalogue.ts';
import type {
  CriteriaChangedSince,
  Selection,
  SelectionDecision,
} from '@greenlight/shared/stages/selection/contract.ts';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Ago } from '../../../ui/ago.tsx';
import { Differences } from '../../../ui/differences.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Prose } from '../../../ui/prose.tsx';
import { formatMoment } from '../../../ui/time.ts';
import { contentOf } from '../draft-keeper.ts';
import { leaderSentence, namesOf } from '../matrix-words.ts';
import { MatrixTable } from './matrix-table.tsx';
import { RankingPanel } from './ranking-panel.tsx';
import { SensitivityPanel } from './sensitivity-panel.tsx';
import { PersonName } from '../../../ui/person-name.tsx';
import { Gap } from '../../../ui/gap.tsx';

/** Says loudly that the requirement was approved with other criteria after the decision. */
function ChangedSinceNotice({ change }: { readonly change: CriteriaChangedSince | null }) {
  const { t } = useTranslation(['selection', 'requirements']);
  const language = useLanguage();
  if (change === null) return null;
  const { fromVersion, toVersion, approvedAt, differences } = change;
  const approved = formatMoment(approvedAt, language);
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="criteria-changed"
      title={t('changed.title')}
      description={
        <>
          <p>
            {fromVersion === null
              ? t('changed.first', { to: toVersion, approved })
              : t('changed.text', { from: fromVersion, to: toVersion, approved })}
          </p>
          <details>
            <summary>{t('requirements:change.show', { count: differences.length })}</summary>
            <Differences differences={differences} />
          </details>
        </>
      }
    />
  );
}

/** What was decided, by whom, why, and what spoke against it. */
function DecisionPanel({ projectId, decision }: { readonly projectId: string; readonly decision: SelectionDecision }) {
  const { t } = useTranslation('selection');
  const { candidateName, rationale, dissent, explanation, actor, at, requirementVersion, sha256 } = decision;
  const isTrainedHere = findArchitecture(decision.architecture ?? '')?.training != null;
  return (
    <Panel
      title={t('decision.title')}
      extra={
        isTrainedHere && (
          <LinkButton
            color="default"
            variant="outlined"
            to="/projects/$projectId/training/new"
            params={{ projectId }}
            search={{ preset: decision.architecture ?? undefined }}
          >
            {t('decision.train')}
          </LinkButton>
        )
      }
    >
      <p data-testid="decided">
        <strong data-raw>
          <Localized text={candidateName} />
        </strong>{' '}
        · <PersonName actor={actor} /> · <Ago moment={at} />
        {requirementVersion !== null && ` · ${t('decision.against', { version: requirementVersion })}`}
      </p>
      {explanation !== null && (
        <Alert
          type="warning"
          showIcon
          title={t('decision.againstRanking')}
          description={<span data-raw>{explanation}</span>}
        />
      )}
      <h3>{t('decide.rationale')}</h3>
      <Prose text={rationale} />
      <h3>{t('decide.dissent')}</h3>
      {dissent === null ? <p className="secondary">{t('decision.noDissent')}</p> : <Prose text={dissent} />}
      <p className="secondary hash">
        {t('decision.frozen')}
        <Gap />
        <code>{sha256}</code>
      </p>
    </Panel>
  );
}

/** A matrix that is only read: a decided one as it stood, or a draft for those who may not edit it. */
export function DecisionView({ selection }: { readonly selection: Selection }) {
  const { t } = useTranslation('selection');
  const language = useLanguage();
  const { projectId, candidates, criteria, cells, ranking, sensitivity, decision, changedSince } = selection;
  const names = namesOf(candidates, criteria, language);
  const content = contentOf(selection);
  return (
    <>
      <ChangedSinceNotice change={changedSince} />
      {decision && <DecisionPanel projectId={projectId} decision={decision} />}
      <p className="page-verdict" data-testid="leader">
        {leaderSentence(ranking, names, t)}
      </p>
      <RankingPanel {...{ content, ranking, names }} chosenId={decision?.candidateId} />
      <SensitivityPanel {...{ content, ranking, sensitivity, names }} />
      <Panel title={t('matrix.title')}>
        <MatrixTable {...{ projectId, content, ranking, names }} saved={cells} />
      </Panel>
    </>
  );
}
