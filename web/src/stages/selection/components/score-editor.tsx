import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import type { Architecture } from '@greenlight/shared/stages/selection/architectures/architecture.ts';
import { findArchitecture } from '@greenlight/shared/stages/selection/architectures/catalogue.ts';
import type { MeasuredSource } from '@greenlight/shared/stages/selection/contract.ts';
import {
  cellInput,
  type CellInput,
  type MatrixCriterion,
  type ScoreEvidence,
} from '@greenlight/shared/stages/selection/matrix.ts';
import { contentIssues, measuredValueFor } from '@greenlight/shared/stages/selection/rules.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChoices } from '../../../api/use-choices.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ChoiceSelect } from '../../../ui/choice-select.tsx';
import { Field } from '../../../ui/field.tsx';
import { LocalizedField } from '../../../ui/localized-field.tsx';
import { formatMeasured, formatNumber } from '../../../ui/numbers.ts';
import { measuredQuery } from '../queries.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { focusFirstProblem } from '../../../ui/focus-first-problem.ts';

interface Column {
  readonly id: string;
  readonly name: string;
  readonly architecture: string | null;
}

interface Properties {
  readonly projectId: string;
  readonly criterion: MatrixCriterion;
  readonly column: Column;
  readonly cell: CellInput | undefined;
  readonly onSave: (cell: CellInput | null) => void;
  readonly onClose: () => void;
}

type Kind = ScoreEvidence['kind'];

/** Measurements with their numbers for the criterion. */
function measuredFor(sources: readonly MeasuredSource[], criterion: MatrixCriterion) {
  return sources.flatMap((source) => {
    const value = measuredValueFor(source, criterion);
    return value === undefined ? [] : [{ source, value }];
  });
}

/** Where a score was measured, if it was. */
function measuredIdOf(evidence: ScoreEvidence | undefined): string | undefined {
  if (evidence?.kind === 'evaluation') return evidence.evaluationId;
  return evidence?.kind === 'model-file-evaluation' ? evidence.jobId : undefined;
}

interface CatalogueFact {
  readonly value: number;
  readonly en: string;
  readonly zh: string;
}

/** What the catalogue says that can be a score: published results on the criterion's own metric, or any number for a free criterion. */
function factsFor(entry: Architecture, { metric }: MatrixCriterion): CatalogueFact[] {
  const published = entry.scores
    .filter(({ registryMetric }) => metric === null || registryMetric === metric)
    .map(({ value, unit, benchmark, source, metric: name }): CatalogueFact => {
      const said = (title: string) => `${title} ${formatNumber(value)}${unit} · ${benchmark} (${source})`;
      return { value, en: said(name.en), zh: said(name.zh) };
    });
  if (metric !== null) return published;
  const { parameters, compute } = entry;
  const numbers = [
    { value: parameters.count, ...parameters.text },
    { value: compute.flops, ...compute.text },
  ];
  return [...published, ...numbers.flatMap(({ value, en, zh }) => (value === null ? [] : [{ value, en, zh }]))];
}

const NOTHING = { low: null, high: null, items: null };

/** A score of one candidate on one criterion with where it comes from; measured ones are taken as they were measured. */
export function ScoreEditor({ projectId, criterion, column, cell, onSave, onClose }: Properties) {
  const { t } = useTranslation(['selection', 'common']);
  const language = useLanguage();
  const keptId = measuredIdOf(cell?.evidence);
  const measured = useChoices(measuredQuery(projectId), {
    fits: (source) => measuredValueFor(source, criterion) !== undefined,
    isEnough: (sources) => (keptId === undefined ? sources.length > 0 : sources.some(({ id }) => id === keptId)),
  });
  const [draft, setDraft] = useState<Partial<CellInput>>(cell ?? NOTHING);
  const [wasAsked, setAsked] = useState(false);
  const entry = findArchitecture(column.architecture ?? '');
  const choices = measuredFor(measured.items ?? [], criterion);
  const kind: Kind = draft.evidence?.kind ?? 'judgement';
  const text = draft.evidence?.text ?? { [language]: '' };
  const kinds: Kind[] = [
    'judgement',
    'url',
    ...(entry ? (['catalogue'] as const) : []),
    ...(choices.length > 0 || kind === 'evaluation' || kind === 'model-file-evaluation'
      ? (['evaluation'] as const)
      : []),
  ];
  const whole = cellInput.safeParse({
    ...draft,
    criterionId: criterion.id,
    candidateId: column.id,
    evidence: draft.evidence ?? { kind, text },
  });
  const problems = whole.success
    ? contentIssues({ candidateIds: [column.id], criteria: [criterion], cells: [whole.data] }).filter(({ field }) =>
        field.startsWith('cells.'),
      )
    : [];
  const isMeasured = kind === 'evaluation' || kind === 'model-file-evaluation';
  const change = (part: Partial<CellInput>) => setDraft({ ...draft, ...part });

  function chooseKind(next: Kind): void {
    if (next === 'evaluation') {
      const [first] = choices;
      if (first) takeMeasured(first.source.id);
    } else if (next === 'catalogue')
      change({ ...NOTHING, evidence: { kind: next, text, architecture: entry?.id ?? '' } });
    else if (next === 'url') change({ ...(isMeasured ? NOTHING : {}), evidence: { kind: next, text, url: '' } });
    else if (next === 'judgement') change({ ...(isMeasured ? NOTHING : {}), evidence: { kind: next, text } });
  }

  function takeMeasured(sourceId: string): void {
    const found = choices.find(({ source }) => source.id === sourceId);
    if (found === undefined) return;
    const { source, value } = found;
    const { id, name } = source;
    change({
      score: value.value,
      low: value.low,
      high: value.high,
      items: value.items,
      evidence:
        source.kind === 'evaluation'
          ? { kind: 'evaluation', text: name, evaluationId: id }
          : { kind: 'model-file-evaluation', text: name, jobId: id },
    });
  }

  const facts = entry ? factsFor(entry, criterion) : [];
  function takeFact(index: number): void {
    const fact = facts[index];
    if (entry === undefined || fact === undefined) return;
    const { value, en, zh } = fact;
    change({ ...NOTHING, score: value, evidence: { kind: 'catalogue', text: { en, zh }, architecture: entry.id } });
  }

  const textProblem = wasAsked ? problems.find(({ code }) => code === 'evidence-text') : undefined;
  const save = () => {
    setAsked(true);
    if (whole.success && problems.length === 0) onSave(whole.data);
    else focusFirstProblem();
  };
  const [least, most] = findMetric(criterion.metric ?? '')?.range ?? [null, null];
  const between = least === null || most === null ? '' : t('score.between', { low: least, high: most });
  const unit = criterion.unit === '' ? '' : ` (${criterion.unit})`;
  const measuredId = measuredIdOf(draft.evidence);
  return (
    <Dialog
      title={t('score.title', { candidate: column.name, criterion: inLanguage(criterion.name, language) })}
      onCancel={onClose}
      footer={[
        ...(cell
          ? [
              <Button key="remove" type="text" onClick={() => onSave(null)}>
                {t('score.remove')}
              </Button>,
            ]
          : []),
        <Button key="cancel" onClick={onClose}>
          {t('common:action.cancel')}
        </Button>,
        <Button key="keep" type="primary" data-testid="keep-score" onClick={save}>
          {t('score.keep')}
        </Button>,
      ]}
    >
      <Field label={t('score.evidence')}>
        {(control) => (
          <Select
            {...control}
            data-testid="evidence-kind"
            value={kind === 'model-file-evaluation' ? 'evaluation' : kind}
            onChange={chooseKind}
            options={kinds.map((value) => ({ value, label: t(`evidence.${value}`) }))}
          />
        )}
      </Field>
      {isMeasured && (
        <Field label={t('score.measured')} notes={t('score.measuredHint')}>
          {(control) => (
            <ChoiceSelect
              {...control}
              choices={measured}
              className="full-width"
              value={measuredId ?? null}
              onChange={(id: string) => takeMeasured(id)}
              options={choices.map(({ source, value }) => ({
                value: source.id,
                label: `${inLanguage(source.name, language)} · ${formatMeasured(value.value, value.low, value.high)}${source.sameAsTraining ? ` · ${t('score.trained')}` : ''}`,
              }))}
            />
          )}
        </Field>
      )}
      {kind === 'catalogue' && facts.length > 0 && (
        <Field label={t('score.published')} notes={t('score.publishedHint')}>
          {(control) => (
            <Select
              {...control}
              placeholder={t('score.choosePublished')}
              onChange={takeFact}
              options={facts.map((fact, index) => ({ value: index, label: fact[language] }))}
            />
          )}
        </Field>
      )}
      <div className="form-columns">
        <Field
          label={`${t('score.score')}${unit}`}
          isWrong={wasAsked && draft.score === undefined}
          notes={
            wasAsked && draft.score === undefined
              ? t('score.needed')
              : [t(`direction.${criterion.direction}`), between].filter(Boolean).join(' · ')
          }
        >
          {(control) => (
            <InputNumber
              {...control}
              autoFocus
              className="full-width"
              data-testid="score"
              disabled={isMeasured}
              value={draft.score ?? null}
              onChange={(score) =>
                setDraft(score === null ? { ...draft, score: undefined as never } : { ...draft, score })
              }
            />
          )}
        </Field>
        <Field label={`${t('score.low')}${unit}`} notes={t('score.rangeHint')}>
          {(control) => (
            <InputNumber
              {...control}
              className="full-width"
              disabled={isMeasured}
              value={draft.low ?? null}
              onChange={(low) => change({ low })}
            />
          )}
        </Field>
        <Field label={`${t('score.high')}${unit}`}>
          {(control) => (
            <InputNumber
              {...control}
              className="full-width"
              disabled={isMeasured}
              value={draft.high ?? null}
              onChange={(high) => change({ high })}
            />
          )}
        </Field>
      </div>
      {draft.evidence?.kind === 'url' && (
        <Field label={t('score.url')} isWrong={wasAsked && !whole.success}>
          {(control) => (
            <Input
              {...control}
              type="url"
              maxLength={1000}
              value={draft.evidence?.kind === 'url' ? draft.evidence.url : ''}
              onChange={({ target }) => change({ evidence: { kind: 'url', text, url: target.value } })}
            />
          )}
        </Field>
      )}
      {!isMeasured && (
        <LocalizedField
          label={t('score.text')}
          rows={2}
          value={text}
          isWrong={textProblem !== undefined}
          notes={textProblem?.message[language]}
          onChange={(next) =>
            change({ evidence: draft.evidence ? { ...draft.evidence, text: next } : { kind: 'judgement', text: next } })
          }
        />
      )}
      {wasAsked &&
        problems
          .filter((problem) => problem !== textProblem)
          .map(({ code, message }) => (
            <p className="issue-error" role="alert" key={code}>
              {message[language]}
            </p>
          ))}
    </Dialog>
  );
}
