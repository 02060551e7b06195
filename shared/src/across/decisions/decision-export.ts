import { inLanguage, type Language } from '../../api/localized-text.ts';
import { escapedMarkdown } from '../../api/markdown.ts';
import type { Decision } from './contract.ts';
import { leafDifferences, leavesOf, type ContentLeaf } from './frozen-content.ts';

const WORDS = {
  en: {
    who: 'Decided by',
    when: 'When',
    version: 'Requirement version',
    why: 'Why',
    dissent: 'Dissent',
    noReason: 'No reason was given.',
    evidence: 'Evidence',
    columns: ['Evidence', 'Value', '95 % interval', 'Verdict'],
    stood: 'As it stood',
    now: 'Where it differs now',
    gone: 'Its source no longer exists.',
    missing: '(absent)',
    verdict: {
      pass: 'pass',
      fail: 'fail',
      'not-enough-evidence': 'not enough evidence',
      'no-evidence': 'no evidence yet',
    },
    integrity: {
      intact: 'The content matches its SHA-256 and the audit log.',
      altered: 'The content was altered after it was recorded: it no longer matches its SHA-256 or the audit log.',
      'not-in-audit-log': 'The audit log does not know this decision.',
    },
  },
  zh: {
    who: '决策人',
    when: '时间',
    version: '需求版本',
    why: '理由',
    dissent: '异议',
    noReason: '未填写理由。',
    evidence: '证据',
    columns: ['证据', '数值', '95% 区间', '结论'],
    stood: '当时的内容',
    now: '与现状的差异',
    gone: '其来源已不存在。',
    missing: '（无）',
    verdict: { pass: '通过', fail: '未通过', 'not-enough-evidence': '证据不足', 'no-evidence': '尚无证据' },
    integrity: {
      intact: '内容与其 SHA-256 及审计日志一致。',
      altered: '内容在记录之后被改动：与其 SHA-256 或审计日志不再一致。',
      'not-in-audit-log': '审计日志中没有这项决策。',
    },
  },
} as const;

const row = (cells: readonly string[]): string => `| ${cells.map(escapedMarkdown).join(' | ')} |`;

/** One piece of evidence: what it said then, and where its source differs now. */
function evidenceSection(item: Decision['evidence'][number], language: Language): string[] {
  const words = WORDS[language];
  const shown = (value: ContentLeaf['value'] | undefined) => (value === undefined ? words.missing : String(value));
  if (item.content === null && item.now?.state !== 'gone') return [];
  const leaves = item.content === null ? [] : leavesOf(item.content, language);
  const changes = item.now?.state === 'changed' ? leafDifferences(item.content, item.now.content, language) : [];
  return [
    `### ${escapedMarkdown(inLanguage(item.label, language))}`,
    '',
    ...(leaves.length === 0 ? [] : [`${words.stood}:`, '']),
    ...leaves.map(({ path, value }) => `- ${escapedMarkdown(path)}: ${escapedMarkdown(shown(value))}`),
    '',
    ...(item.now?.state === 'gone' ? [words.gone, ''] : []),
    ...(changes.length === 0 ? [] : [`${words.now}:`, '']),
    ...changes.map(
      ({ path, before, after }) =>
        `- ${escapedMarkdown(path)}: ${escapedMarkdown(shown(before))} → ${escapedMarkdown(shown(after))}`,
    ),
    '',
  ];
}

/** A decision with its frozen evidence as a Markdown document. */
export function decisionAsMarkdown(decision: Decision, language: Language): string {
  const words = WORDS[language];
  const { title, actor, createdAt, requirementVersion, rationale, dissent, evidence, integrity, sha256 } = decision;
  const quoted = (text: string) => text.split(/\r?\n/).map((line) => `> ${escapedMarkdown(line)}`);
  const lines = [
    `# ${escapedMarkdown(inLanguage(title, language))}`,
    '',
    `- ${words.who}: ${escapedMarkdown(actor)}`,
    `- ${words.when}: ${createdAt}`,
    ...(requirementVersion === null ? [] : [`- ${words.version}: ${requirementVersion}`]),
    `- SHA-256: \`${sha256}\``,
    `- ${words.integrity[integrity]}`,
    '',
    `## ${words.why}`,
    '',
    ...(rationale === '' ? [words.noReason] : quoted(rationale)),
    '',
    ...(dissent === null ? [] : [`## ${words.dissent}`, '', ...quoted(dissent), '']),
    `## ${words.evidence}`,
    '',
    row(words.columns),
    `|${' --- |'.repeat(words.columns.length)}`,
    ...evidence.map((item) =>
      row([
        inLanguage(item.label, language),
        item.value === null ? '' : `${item.value} ${item.unit}`.trim(),
        item.interval === null ? '' : `${item.interval[0]} – ${item.interval[1]}`,
        item.verdict === null ? '' : words.verdict[item.verdict],
      ]),
    ),
    '',
    ...evidence.flatMap((item) => evidenceSection(item, language)),
  ];
  return `${lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}
