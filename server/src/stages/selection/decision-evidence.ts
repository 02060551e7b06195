import { createHash } from 'node:crypto';
import type { EvidenceItem } from '@greenlight/shared/across/decisions/contract.ts';
import { inLanguage, type Language, type LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { FrozenMatrix } from '@greenlight/shared/stages/selection/contract.ts';
import type { FrozenMeasurement } from '@greenlight/shared/stages/evaluation/frozen-measurement.ts';
import type { ScoreEvidence } from '@greenlight/shared/stages/selection/matrix.ts';
import type { RankedCandidate } from '@greenlight/shared/stages/selection/ranking.ts';
import { canonicalJson } from '../../plugins/canonical-json.ts';

/** SHA-256 of the canonical JSON of a frozen matrix. */
export function hashOfMatrix(matrix: FrozenMatrix): string {
  return createHash('sha256').update(canonicalJson(matrix)).digest('hex');
}

/** More single scores than these are read in the matrix itself. */
const MOST_SCORES = 150;

function item(label: LocalizedText, more: Partial<EvidenceItem>): EvidenceItem {
  const rest = { value: null, unit: '', interval: null, verdict: null, source: null, content: null };
  return { label, ...rest, ...more };
}

/** The candidates in order with their totals, those that are ruled out said so. */
function rankingItem(matrix: FrozenMatrix, nameOf: (id: string) => LocalizedText): EvidenceItem {
  const line = (language: Language, { candidateId, total, places }: RankedCandidate) => {
    const range = total.high - total.low > 1e-9 ? ` – ${total.high.toFixed(2)}` : '';
    return `${inLanguage(nameOf(candidateId), language)} ${total.low.toFixed(2)}${range}${places === null ? ' ▲' : ''}`;
  };
  const lines = (language: Language) =>
    matrix.ranking.rows
      .map((row) => line(language, row))
      .join(' · ')
      .slice(0, 2000);
  return item(
    {
      en: `Ranking by weighted total (▲ ruled out): ${lines('en')}`,
      zh: `按加权总分排名（▲ 已排除）：${lines('zh')}`,
    },
    {},
  );
}

/** A measurement of this project as it stands, with the id of its evaluation. */
export type Measurement = FrozenMeasurement & { readonly id: string };

/** The evaluation, or the job, that a score names as its evidence; undefined for scores from elsewhere. */
export function measurementOf(evidence: ScoreEvidence): string | undefined {
  if (evidence.kind === 'evaluation') return evidence.evaluationId;
  return evidence.kind === 'model-file-evaluation' ? evidence.jobId : undefined;
}

/** More characters than these of a name do not fit a line. */
const MOST_LABEL = 200;

/** Every evaluation that scores rest on, whole, as it stood. */
function measurementItems(measurements: ReadonlyMap<string, Measurement>): EvidenceItem[] {
  return [...measurements.values()].map((measurement) =>
    item(
      {
        en: `Evaluation: ${inLanguage(measurement.model, 'en').slice(0, MOST_LABEL)}`,
        zh: `评估：${inLanguage(measurement.model, 'zh').slice(0, MOST_LABEL)}`,
      },
      {
        source: { type: 'evaluation', id: measurement.id },
        content: JSON.parse(JSON.stringify(measurement)) as EvidenceItem['content'],
      },
    ),
  );
}

/** The scores that were measured in this project, each with the way to where. */
function measuredItems(matrix: FrozenMatrix, measurements: ReadonlyMap<string, Measurement>): EvidenceItem[] {
  const measured = matrix.cells.flatMap((cell) => {
    const { evidence, score, low, high, criterionId, candidateId } = cell;
    const criterion = matrix.criteria.find(({ id }) => id === criterionId);
    const candidate = matrix.candidates.find(({ id }) => id === candidateId);
    const named = measurementOf(evidence);
    if (named === undefined || criterion === undefined || candidate === undefined) return [];
    const row = matrix.ranking.rows.find((one) => one.candidateId === candidateId);
    const standing = row?.contributions.find((one) => one.criterionId === criterionId)?.standing;
    const label = (language: 'en' | 'zh') =>
      [candidate.name, criterion.name].map((name) => inLanguage(name, language).slice(0, MOST_LABEL)).join(' · ');
    return [
      item(
        { en: label('en'), zh: label('zh') },
        {
          value: score,
          unit: criterion.unit,
          interval: low === null || high === null ? null : [low, high],
          verdict: standing === 'meets' ? 'pass' : standing === 'misses' ? 'fail' : null,
          source: { type: 'evaluation', id: measurements.get(named)?.id ?? named },
        },
      ),
    ];
  });
  return measured.slice(0, MOST_SCORES);
}

/**
 * What a decision on a matrix rests on: the matrix whole with its SHA-256, the ranking, what was measured here; loudly where it goes against the
 * ranking. `measurements` are those that its scores name, by the id that they name.
 */
export function decisionEvidence(
  selectionId: string,
  matrix: FrozenMatrix,
  chosen: { readonly candidateId: string; readonly explanation: string | null },
  measurements: ReadonlyMap<string, Measurement>,
): EvidenceItem[] {
  const nameOf = (id: string): LocalizedText =>
    matrix.candidates.find((candidate) => candidate.id === id)?.name ?? { en: id };
  const { leader } = matrix.ranking;
  const first = leader === null ? null : nameOf(leader.candidateId);
  return [
    ...(chosen.explanation === null
      ? []
      : [
          item(
            {
              en: 'Chosen although it does not lead for certain',
              zh: '所选模型并非确定领先',
            },
            { value: chosen.explanation },
          ),
          ...(first === null
            ? []
            : [
                item(
                  {
                    en: `First in the ranking: ${inLanguage(first, 'en')}`,
                    zh: `排名第一：${inLanguage(first, 'zh')}`,
                  },
                  {},
                ),
              ]),
        ]),
    item(
      { en: `Decision matrix version ${matrix.version}`, zh: `决策矩阵第 ${matrix.version} 版` },
      {
        value: `SHA-256 ${hashOfMatrix(matrix)}`,
        source: { type: 'selection', id: selectionId },
        content: JSON.parse(JSON.stringify(matrix)) as EvidenceItem['content'],
      },
    ),
    rankingItem(matrix, nameOf),
    ...measuredItems(matrix, measurements),
    ...measurementItems(measurements),
  ];
}
