import { createHash } from 'node:crypto';
import type { EvidenceItem } from '@greenlight/shared/across/decisions/contract.ts';
import { inLanguage, type LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { Selection } from '@greenlight/shared/stages/selection/contract.ts';
import type { RankedCandidate } from '@greenlight/shared/stages/selection/ranking.ts';
import { canonicalJson } from '../../across/governance/canonical-json.ts';
import type { FrozenDecision } from './present.ts';

/** The whole matrix as a decision freezes it. */
export type FrozenMatrix = Pick<Selection, 'version' | 'criteria' | 'cells'> &
  Pick<FrozenDecision, 'candidates' | 'ranking' | 'sensitivity'>;

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

function bothNames(first: LocalizedText, second: LocalizedText, join: { en: string; zh: string }): LocalizedText {
  return {
    en: `${inLanguage(first, 'en')}${join.en}${inLanguage(second, 'en')}`,
    zh: `${inLanguage(first, 'zh')}${join.zh}${inLanguage(second, 'zh')}`,
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function totalItem(name: LocalizedText, row: RankedCandidate, isChosen: boolean): EvidenceItem {
  const { total, missedMusts } = row;
  const isRange = total.high - total.low > 1e-9;
  const chosen = isChosen ? { en: ' (chosen)', zh: '（选定）' } : { en: '', zh: '' };
  const label = bothNames({ en: 'Total of ', zh: '总分：' }, name, { en: '', zh: '' });
  return item(
    { en: `${label.en}${chosen.en}`, zh: `${label.zh}${chosen.zh}` },
    {
      value: isRange ? `${percent(total.low)} – ${percent(total.high)}` : percent(total.low),
      verdict: missedMusts.length > 0 ? 'fail' : null,
    },
  );
}

function scoreItems(matrix: FrozenMatrix): EvidenceItem[] {
  return matrix.cells.slice(0, MOST_SCORES).flatMap((cell) => {
    const criterion = matrix.criteria.find(({ id }) => id === cell.criterionId);
    const candidate = matrix.candidates.find(({ id }) => id === cell.candidateId);
    if (criterion === undefined || candidate === undefined) return [];
    const { evidence, score, low, high } = cell;
    const row = matrix.ranking.rows.find(({ candidateId }) => candidateId === candidate.id);
    const standing = row?.contributions.find(({ criterionId }) => criterionId === criterion.id)?.standing;
    return [
      item(bothNames(candidate.name, criterion.name, { en: ' · ', zh: ' · ' }), {
        value: score,
        unit: criterion.unit,
        interval: low === null || high === null ? null : [low, high],
        verdict: standing === 'meets' ? 'pass' : standing === 'misses' ? 'fail' : null,
        source: evidence.kind === 'evaluation' ? { type: 'evaluation', id: evidence.evaluationId } : null,
      }),
    ];
  });
}

/** What a decision on a matrix rests on: the matrix whole with its SHA-256, the totals, every score; loudly where it goes against the ranking. */
export function decisionEvidence(
  selectionId: string,
  matrix: FrozenMatrix,
  chosen: { readonly candidateId: string; readonly explanation: string | null },
): EvidenceItem[] {
  const nameOf = (id: string): LocalizedText =>
    matrix.candidates.find((candidate) => candidate.id === id)?.name ?? { en: id };
  const { leader, rows } = matrix.ranking;
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
            : [item({ en: 'First in the ranking', zh: '排名第一' }, { value: inLanguage(first, 'en') })]),
        ]),
    item(
      { en: `Decision matrix version ${matrix.version}`, zh: `决策矩阵第 ${matrix.version} 版` },
      {
        value: `SHA-256 ${hashOfMatrix(matrix)}`,
        source: { type: 'selection', id: selectionId },
        content: JSON.parse(JSON.stringify(matrix)) as EvidenceItem['content'],
      },
    ),
    ...rows.map((row) => totalItem(nameOf(row.candidateId), row, row.candidateId === chosen.candidateId)),
    ...scoreItems(matrix),
  ];
}
