import { inLanguage, type Language, type LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type {
  ContentDifference,
  Criterion,
  ProblemType,
  Regulation,
  RequirementContent,
  Scenario,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { scenarioDefinition } from '@greenlight/shared/stages/requirements/scenarios/catalogue.ts';
import type { TFunction } from 'i18next';
import { criterionText, OPERATOR_SIGNS } from './criterion-text.ts';
import { metricName } from './metric-term.tsx';
import { formatExactCount } from './numbers.ts';
import { NOTHING } from './nothing.ts';

/** The words of the page: of requirements, and the common ones. */
export interface Words {
  readonly t: TFunction<'requirements'>;
  readonly common: TFunction;
}

/** Languages by their names in the language of the screen. */
function languageNames(codes: readonly string[], language: Language, t: TFunction): string {
  const names = new Intl.DisplayNames([language], { type: 'language' });
  return codes.map((code) => names.of(code) ?? code).join(t('listOf.separator'));
}

/** An amount of money. */
function budgetText({ amount, currency }: NonNullable<RequirementContent['constraints']['budget']>): string {
  return `${formatExactCount(amount)} ${currency}`;
}

/** What a field of a requirement says, in the words of the page. */
export function fieldText(field: string, value: unknown, language: Language, { t, common }: Words): string {
  const list = (texts: readonly string[]) => (texts.length === 0 ? NOTHING : texts.join('\n'));
  if (value === null || value === undefined) return NOTHING;
  switch (field) {
    case 'criterion':
      return criterionWithLevel(value as Criterion, language, common);
    case 'goal':
    case 'users':
    case 'reason':
    case 'constraints.dataSources':
      return inLanguage(value, language) || NOTHING;
    case 'problemType':
      return common(`problemType.${value as ProblemType}`);
    case 'scenario':
      return scenarioDefinition(value as Scenario).title[language];
    case 'metric':
      return metricName(value as string, language);
    case 'operator':
      return OPERATOR_SIGNS[value as Criterion['operator']];
    case 'level':
      return common(`criterion.${value as Criterion['level']}`);
    case 'decisionMode':
      return common(`criterion.${value as Criterion['decisionMode']}`);
    case 'constraints.personalData':
      return t(value === true ? 'yes' : 'no');
    case 'constraints.retentionDays':
      return t('days', { count: Number(value) });
    case 'constraints.regulations':
      return list((value as Regulation[]).map((name) => t(`regulation.${name}`)));
    case 'constraints.languages':
      return languageNames(value as string[], language, common) || NOTHING;
    case 'constraints.budget':
      return budgetText(value as NonNullable<RequirementContent['constraints']['budget']>);
    case 'constraints.deadline':
      return (value as string).slice(0, 10);
    case 'risks':
      return list((value as LocalizedText[]).map((text) => inLanguage(text, language)));
    case 'questions':
      return list(
        (value as RequirementContent['questions']).map(
          ({ question, answer }) => `${inLanguage(question, language)} ${answer ? inLanguage(answer, language) : ''}`,
        ),
      );
    default:
      return typeof value === 'number' ? value.toString() : (value as string) || NOTHING;
  }
}

function criterionWithLevel(criterion: Criterion, language: Language, t: TFunction): string {
  return `${criterionText(criterion, language, t)} · ${t(`criterion.${criterion.level}`)}`;
}

const NAMES = {
  goal: 'goal',
  users: 'users',
  problemType: 'problemType',
  scenario: 'scenario',
  risks: 'risks',
  questions: 'questions',
  'constraints.dataSources': 'dataSources',
  'constraints.personalData': 'personalData',
  'constraints.retentionDays': 'retention',
  'constraints.regulations': 'regulations',
  'constraints.languages': 'languages',
  'constraints.budget': 'budget',
  'constraints.deadline': 'deadline',
  metric: 'metric',
  operator: 'operator',
  threshold: 'threshold',
  unit: 'unit',
  slice: 'slice',
  task: 'task',
  level: 'level',
  decisionMode: 'decision',
  minimumItems: 'minimum',
  reason: 'reason',
} as const;

/** What a difference is about: a field by name, with its criterion; or a criterion that came or went. */
function differenceName(
  { field, criterion, before }: ContentDifference,
  language: Language,
  { t, common }: Words,
): string {
  if (field === 'criterion') return t(before === null ? 'change.added' : 'change.removed');
  const name = field in NAMES ? t(NAMES[field as keyof typeof NAMES]) : field;
  if (criterion === null) return name;
  return t('change.of', { field: name, criterion: criterionText(criterion, language, common) });
}

/** What a difference is about, with both sides in words. */
export interface DifferenceTexts {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Both sides of a difference in the reader's language; where only the other language of a text changed, in that one, and said so: side by
 * side, two equal texts would hide what was changed.
 */
export function differenceTexts(difference: ContentDifference, language: Language, words: Words): DifferenceTexts {
  const { field } = difference;
  const sides = (shown: Language) => ({
    before: fieldText(field, difference.before, shown, words),
    after: fieldText(field, difference.after, shown, words),
  });
  const name = differenceName(difference, language, words);
  const own = sides(language);
  const other: Language = language === 'zh' ? 'en' : 'zh';
  const others = sides(other);
  if (own.before !== own.after || others.before === others.after) return { name, ...own };
  const inOther = { label: name, language: words.common(`otherLanguage.${other}`) };
  return { name: words.common('otherLanguage.label', inOther), ...others };
}
