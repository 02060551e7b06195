import { csvOf } from '../../api/csv.ts';
import { inLanguage, type Language } from '../../api/localized-text.ts';
import { escapedMarkdown } from '../../api/markdown.ts';
import { findMetric } from '../../metrics/registry.ts';
import type { Verdict } from '../../metrics/verdict.ts';
import { seenInWords } from '../evaluation/seen-words.ts';
import { nameOfCriterion } from './issue.ts';
import type { EvidenceSource, TraceabilityMatrix } from './traceability-contract.ts';

const WORDS = {
  en: {
    title: 'Traceability matrix',
    version: (version: number, approvedAt: string) => `Requirement version ${version}, approved ${approvedAt}`,
    none: 'No version of the requirement is approved yet.',
    changed: (before: number | null, after: number) =>
      before === null
        ? `Criteria changed after evidence: none was approved when the first evaluation was made; version ${after} decides.`
        : `Criteria changed after evidence: version ${before} stood when the first evaluation was made; version ${after} decides.`,
    older: 'Older runs and evaluations are left out.',
    trained: 'on items that were also trained on',
    criterion: [
      'Metric',
      'Task',
      'Operator',
      'Threshold',
      'Unit',
      'Slice',
      'Level',
      'Decided by',
      'Items needed',
      'Reason',
    ],
    heading: 'Criterion',
    cell: ['verdict', 'value', 'low', 'high', 'items'],
    level: { must: 'must', should: 'should' },
    decisionMode: { interval: 'whole 95 % interval', point: 'point estimate' },
    verdict: {
      pass: 'pass',
      fail: 'fail',
      'not-enough-evidence': 'not enough evidence',
      'no-evidence': 'no evidence yet',
    },
    kind: { candidate: 'Candidate', run: 'Run', evaluation: 'Evaluation of run' },
  },
  zh: {
    title: '追溯矩阵',
    version: (version: number, approvedAt: string) => `需求版本 ${version}，批准于 ${approvedAt}`,
    none: '尚无已批准的需求版本。',
    changed: (before: number | null, after: number) =>
      before === null
        ? `标准在取得证据之后有改动：首次评估时还没有已批准的版本，现以版本 ${after} 判定。`
        : `标准在取得证据之后有改动：首次评估时生效的是版本 ${before}，现以版本 ${after} 判定。`,
    older: '更早的训练运行与评估未列出。',
    trained: '评估样本也用于训练',
    criterion: ['指标', '任务', '运算符', '阈值', '单位', '切片', '级别', '判定方式', '所需样本数', '理由'],
    heading: '标准',
    cell: ['结论', '数值', '下限', '上限', '样本数'],
    level: { must: '必须', should: '应当' },
    decisionMode: { interval: '整个 95% 区间', point: '点估计' },
    verdict: { pass: '通过', fail: '未通过', 'not-enough-evidence': '证据不足', 'no-evidence': '尚无证据' },
    kind: { candidate: '候选模型', run: '训练运行', evaluation: '评估：训练运行' },
  },
} as const;

const SHAPES: Record<Verdict, string> = { pass: '●', fail: '▲', 'not-enough-evidence': '◐', 'no-evidence': '○' };

function nameOfSource(source: EvidenceSource, language: Language): string {
  const words = WORDS[language];
  const number = source.runNumber === null ? '' : ` #${source.runNumber}`;
  const { seenInTraining } = source;
  const seen = seenInTraining === null ? words.trained : seenInWords(seenInTraining)[language];
  const trained = source.sameAsTraining ? ` (${seen})` : '';
  return `${words.kind[source.kind]}${number} ${inLanguage(source.name, language)}, ${source.at}${trained}`;
}

function notesOf(matrix: TraceabilityMatrix, language: Language): string[] {
  const words = WORDS[language];
  const { version, approvedAt, changedAfterEvidence, olderSources } = matrix;
  if (version === null || approvedAt === null) return [words.none];
  const change = changedAfterEvidence;
  return [
    words.version(version, approvedAt),
    ...(change === null ? [] : [words.changed(change.fromVersion, change.toVersion)]),
    ...(olderSources ? [words.older] : []),
  ];
}

/** The matrix as CSV: a row per criterion, five columns per source of evidence, the notes below. */
export function traceabilityAsCsv(matrix: TraceabilityMatrix, language: Language): string {
  const words = WORDS[language];
  const header = [
    ...words.criterion,
    ...matrix.sources.flatMap((source) => words.cell.map((part) => `${nameOfSource(source, language)}: ${part}`)),
  ];
  const rows = matrix.rows.map(({ criterion, cells }) => [
    findMetric(criterion.metric)?.name[language] ?? criterion.metric,
    criterion.task ?? null,
    { '>=': '≥', '<=': '≤' }[criterion.operator],
    criterion.threshold,
    criterion.unit,
    criterion.slice,
    words.level[criterion.level],
    words.decisionMode[criterion.decisionMode],
    criterion.minimumItems,
    inLanguage(criterion.reason, language),
    ...cells.flatMap(({ verdict, value }) => [
      words.verdict[verdict],
      value?.value ?? null,
      value?.low ?? null,
      value?.high ?? null,
      value?.items ?? null,
    ]),
  ]);
  return csvOf([header, ...rows, [], ...notesOf(matrix, language).map((note) => [note])]);
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function cellText({ verdict, value }: TraceabilityMatrix['rows'][number]['cells'][number], language: Language): string {
  const parts = [SHAPES[verdict], WORDS[language].verdict[verdict]];
  if (value?.value != null) {
    parts.push(short(value.value));
    if (value.low !== null && value.high !== null) parts.push(`(${short(value.low)} – ${short(value.high)})`);
  }
  return parts.join(' ');
}

/** The matrix as a Markdown document with one table. */
export function traceabilityAsMarkdown(matrix: TraceabilityMatrix, language: Language): string {
  const words = WORDS[language];
  const row = (cells: readonly string[]) => `| ${cells.map(escapedMarkdown).join(' | ')} |`;
  const sources = matrix.sources.map((source) => nameOfSource(source, language));
  const lines = [
    `# ${words.title}`,
    '',
    ...notesOf(matrix, language).flatMap((note) => [escapedMarkdown(note), '']),
    ...(matrix.rows.length === 0
      ? []
      : [
          row([words.heading, ...sources]),
          `|${' --- |'.repeat(sources.length + 1)}`,
          ...matrix.rows.map(({ criterion, cells }) =>
            row([
              `${nameOfCriterion(criterion)[language]} (${words.level[criterion.level]})`,
              ...cells.map((cell) => cellText(cell, language)),
            ]),
          ),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}
