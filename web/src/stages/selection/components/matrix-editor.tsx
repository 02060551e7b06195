import { discardSelection, type Selection } from '@greenlight/shared/stages/selection/contract.ts';
import {
  MOST_COLUMNS,
  MOST_CRITERIA,
  type MatrixContent,
  type MatrixCriterion,
} from '@greenlight/shared/stages/selection/matrix.ts';
import { rankingOf } from '@greenlight/shared/stages/selection/ranking.ts';
import { takenOver, takenOverAgain } from '@greenlight/shared/stages/selection/rules.ts';
import { sensitivityOf } from '@greenlight/shared/stages/selection/sensitivity.ts';
import type { Criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import type { KeptEdits } from '../../../api/draft-keeper.ts';
import { randomId } from '../../../api/random-id.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ConfirmedButton } from '../../../ui/confirmed-button.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { SaveProblem, SaveStatus } from '../../../ui/save-status.tsx';
import { forgetEdits, useDraft } from '../draft-keeper.ts';
import { leaderSentence, namesOf } from '../matrix-words.ts';
import { candidatesQuery, projectQuery, refreshSelection } from '../queries.ts';
import type { SelectionRights } from '../use-rights.ts';
import { CriterionEditor } from './criterion-editor.tsx';
import { DecidePanel } from './decide-panel.tsx';
import { MatrixTable } from './matrix-table.tsx';
import { OvertakenDifferences } from './overtaken-differences.tsx';
import { RankingPanel } from './ranking-panel.tsx';
import { ScoreEditor } from './score-editor.tsx';
import { SensitivityPanel } from './sensitivity-panel.tsx';

interface Properties {
  readonly selection: Selection;
  readonly restored: KeptEdits<MatrixContent> | null;
  readonly rights: SelectionRights;
  readonly onReload: () => void;
}

const blankCriterion = (id: string, language: 'zh' | 'en'): MatrixCriterion => ({
  id,
  name: { [language]: '' },
  metric: null,
  unit: '',
  direction: 'higher',
  weight: 0.5,
  scale: { kind: 'range' },
  requirement: null,
});

/** Approved criteria that the matrix lacks, and those that it took over in another form. */
function openCriteria(content: MatrixContent, approved: readonly Criterion[]) {
  const taken = new Map(content.criteria.map((criterion) => [criterion.requirement?.id, criterion]));
  const missing = approved.filter(({ id }) => !taken.has(id));
  const changed = approved.filter((criterion) => {
    const before = taken.get(criterion.id)?.requirement;
    return before != null && isOther(before, criterion);
  });
  return { missing, changed };
}

/** Whether an acceptance criterion decides otherwise than it did. */
function isOther(before: Criterion, after: Criterion): boolean {
  const deciding = ({ metric, operator, threshold, slice, task, level, decisionMode, minimumItems }: Criterion) =>
    [metric, operator, threshold, slice, task, level, decisionMode, minimumItems].join(' ');
  return deciding(before) !== deciding(after);
}

/** The draft of a decision matrix: every edit is ranked at once, kept in the browser and saved by itself. */
export function MatrixEditor({ selection, restored, rights, onReload }: Properties) {
  const { t } = useTranslation(['selection', 'requirements']);
  const language = useLanguage();
  const queryClient = useQueryClient();
  const { projectId, id: selectionId } = selection;
  const [keeper, snapshot] = useDraft(selection, restored);
  const { content } = snapshot;
  const [open, setOpen] = useState<{ criterionId: string; candidateId?: string; isNew?: MatrixCriterion } | null>(null);
  const { data: candidates } = useQuery(candidatesQuery(projectId));
  const { data: project } = useQuery(projectQuery(projectId));
  const known = [...(candidates?.items ?? []), ...selection.candidates];
  const names = namesOf(known, content.criteria, language);
  const [ranking, sensitivity] = useMemo(() => [rankingOf(content), sensitivityOf(content)] as const, [content]);
  const edit = (part: Partial<MatrixContent>) => keeper.edit({ ...content, ...part });
  const addable = (candidates?.items ?? []).filter(({ id }) => !content.candidateIds.includes(id));
  const approved = openCriteria(
    content,
    (project?.criteria ?? []).map(({ criterion }) => criterion),
  );

  const discard = useMutation({
    mutationFn: async () => {
      await keeper.flush();
      keeper.close();
      await call(discardSelection, { params: { selectionId }, body: { revision: keeper.snapshot().revision } });
      forgetEdits(selectionId);
    },
    onSettled: () => refreshSelection(queryClient),
  });

  function changeCriterion(criterionId: string, changed: MatrixCriterion | null): void {
    const isKnown = content.criteria.some(({ id }) => id === criterionId);
    const criteria =
      changed === null
        ? content.criteria.filter(({ id }) => id !== criterionId)
        : isKnown
          ? content.criteria.map((criterion) => (criterion.id === criterionId ? changed : criterion))
          : [...content.criteria, changed];
    const before = content.criteria.find(({ id }) => id === criterionId);
    // Scores of another metric mean nothing under a new one.
    const keepsCells = changed !== null && before?.metric === changed.metric;
    const cells = keepsCells ? content.cells : content.cells.filter((cell) => cell.criterionId !== criterionId);
    edit({ criteria, cells });
    setOpen(null);
  }

  function takeOver(): void {
    const fresh = approved.missing.map((criterion) => takenOver(criterion, randomId()));
    const criteria = content.criteria.map((criterion) => {
      const now = approved.changed.find(({ id }) => id === criterion.requirement?.id);
      const isAlike = now?.metric === criterion.metric && now?.task === criterion.requirement?.task;
      return isAlike ? takenOverAgain(criterion, now) : criterion;
    });
    // Scores of another slice mean nothing under a new one.
    const sliceOf = (all: readonly MatrixCriterion[], id: string) =>
      all.find((criterion) => criterion.id === id)?.requirement?.slice;
    const cells = content.cells.filter(
      ({ criterionId }) => sliceOf(criteria, criterionId) === sliceOf(content.criteria, criterionId),
    );
    edit({ criteria: [...criteria, ...fresh].slice(0, MOST_CRITERIA), cells });
  }

  const editedCriterion = open?.isNew ?? content.criteria.find(({ id }) => id === open?.criterionId);
  const editedColumn = open?.candidateId === undefined ? undefined : known.find(({ id }) => id === open.candidateId);
  const toTake = approved.missing.length + approved.changed.length;
  return (
    <>
      <div className="editor-bar">
        <SaveStatus state={snapshot.state} />
        <span className="editor-actions">
          <ConfirmedButton
            question={t('discard.title')}
            text={t('discard.text')}
            okText={t('discard.action')}
            cancelText={t('discard.keep')}
            onConfirm={() => discard.mutate()}
            loading={discard.isPending}
          >
            {t('discard.action')}
          </ConfirmedButton>
        </span>
      </div>
      <SaveProblem
        snapshot={snapshot}
        onSaveMine={(revision) => keeper.saveOver(revision)}
        onTakeTheirs={() => {
          keeper.close();
          forgetEdits(selectionId);
          onReload();
        }}
      >
        <OvertakenDifferences error={snapshot.error} names={names} />
      </SaveProblem>
      {discard.error && <ErrorNotice error={discard.error} />}
      <p className="page-verdict" data-testid="leader" aria-live="polite">
        <strong>{leaderSentence(ranking, names, t)}</strong>
      </p>
      {toTake > 0 && (
        <Alert
          type="info"
          showIcon
          title={t('criteria.fromRequirement', { count: toTake })}
          action={
            <Button size="small" onClick={takeOver} data-testid="take-over">
              {t('criteria.takeOver')}
            </Button>
          }
        />
      )}
      <Panel
        title={t('matrix.title')}
        extra={
          <span className="editor-actions">
            {addable.length > 0 && content.candidateIds.length < MOST_COLUMNS && (
              <Select
                className="wide-select"
                aria-label={t('matrix.addCandidate')}
                placeholder={t('matrix.addCandidate')}
                value={null}
                onChange={(id: string | null) => id !== null && edit({ candidateIds: [...content.candidateIds, id] })}
                options={addable.map(({ id, name }) => ({ value: id, label: inLanguage(name, language) }))}
              />
            )}
            <Button
              disabled={content.criteria.length >= MOST_CRITERIA}
              data-testid="add-criterion"
              onClick={() => {
                const id = randomId();
                setOpen({ criterionId: id, isNew: blankCriterion(id, language) });
              }}
            >
              {t('criteria.add')}
            </Button>
          </span>
        }
      >
        {content.candidateIds.length === 0 && (
          <EmptyState
            reason={t('matrix.noCandidates')}
            action={
              <Link to="/projects/$projectId/selection" params={{ projectId }} search={{ view: 'catalogue' }}>
                {t('matrix.toCatalogue')}
              </Link>
            }
          />
        )}
        {content.criteria.length === 0 && <EmptyState reason={t('matrix.noCriteria')} />}
        <MatrixTable
          {...{ projectId, content, ranking, names }}
          saved={selection.cells}
          actions={{
            onWeight: (criterionId, weight) =>
              edit({ criteria: content.criteria.map((one) => (one.id === criterionId ? { ...one, weight } : one)) }),
            onEditCriterion: (criterionId) => setOpen({ criterionId }),
            onEditScore: (criterionId, candidateId) => setOpen({ criterionId, candidateId }),
            onRemoveCandidate: (candidateId) =>
              edit({
                candidateIds: content.candidateIds.filter((id) => id !== candidateId),
                cells: content.cells.filter((cell) => cell.candidateId !== candidateId),
              }),
          }}
        />
        <p className="secondary">{t('matrix.missingNote')}</p>
      </Panel>
      <RankingPanel {...{ content, ranking, names }} />
      <SensitivityPanel {...{ content, ranking, sensitivity, names }} />
      {rights.mayDecide ? (
        <DecidePanel
          {...{ projectId, selectionId, content, ranking, names, keeper }}
          requirementVersion={project?.verdict.requirementVersion ?? null}
        />
      ) : (
        <p className="secondary">{t('decide.whoCan')}</p>
      )}
      {editedCriterion && editedColumn && open && (
        <ScoreEditor
          key={`${open.criterionId} ${open.candidateId}`}
          projectId={projectId}
          criterion={editedCriterion}
          column={{
            id: editedColumn.id,
            name: inLanguage(editedColumn.name, language),
            architecture: editedColumn.architecture,
          }}
          cell={content.cells.find(
            (cell) => cell.criterionId === open.criterionId && cell.candidateId === open.candidateId,
          )}
          onClose={() => setOpen(null)}
          onSave={(cell) => {
            const others = content.cells.filter(
              (one) => one.criterionId !== open.criterionId || one.candidateId !== open.candidateId,
            );
            edit({ cells: cell === null ? others : [...others, cell] });
            setOpen(null);
          }}
        />
      )}
      {editedCriterion && open?.candidateId === undefined && (
        <CriterionEditor
          key={editedCriterion.id}
          criterion={editedCriterion}
          isNew={open?.isNew !== undefined}
          onClose={() => setOpen(null)}
          onSave={(changed) => changeCriterion(editedCriterion.id, changed)}
        />
      )}
    </>
  );
}
