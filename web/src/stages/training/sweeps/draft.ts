import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { sweepSearch, type SweepSearch } from '@greenlight/shared/stages/training/sweep/search.ts';
import {
  isSwept,
  notPossible,
  objectivesOf,
  SWEPT_NAMES,
  SWEPT_SETTINGS,
  type Objective,
  type SweptBase,
  type SweptName,
} from '@greenlight/shared/stages/training/sweep/settings.ts';
import { typedNumber } from '../../../ui/typed-number.ts';
import { SETTING_GROUPS, type SettingField } from '../settings.ts';

/** A setting to vary, as it is entered. */
export interface AxisDraft {
  readonly setting: SweptName;
  readonly mode: 'listed' | 'range';
  /** Numbers, separated by commas. */
  readonly values: string;
  readonly choices: readonly string[];
  readonly low: string;
  readonly high: string;
  readonly scale: 'linear' | 'logarithmic';
}

/** A search as it is entered. */
export interface SweepDraft {
  readonly strategy: SweepSearch['strategy'];
  readonly axes: readonly AxisDraft[];
  readonly runs: number | null;
  readonly seed: number | null;
  readonly objective: Objective;
}

/** What is wrong with a draft: of an axis by its place, of the search as a whole, or of one of its two numbers. */
export interface DraftProblem {
  readonly at: number | 'axes' | 'runs' | 'seed';
  /** What a rule says; null where something is missing that the page names itself. */
  readonly message: InBothLanguages | null;
}

/** What a draft searches, where it is complete, and what is wrong with it. */
export interface ReadDraft {
  readonly search: SweepSearch | null;
  readonly problems: readonly DraftProblem[];
}

const FIELDS: readonly SettingField[] = SETTING_GROUPS.flatMap(({ fields }): readonly SettingField[] => fields);
/** Where one of these stands between numbers, a comma within one is a decimal comma. */
const SURE_SEPARATORS = /[;；、]/;
const SEPARATORS = /[,，]/;
/** How numbers are written: with thousands in groups, as they are or with an exponent, or with a decimal comma. */
const WRITTEN = [
  /^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/,
  /^-?[1-9]\d{0,2}(\s\d{3})+(\.\d*)?$/,
  /^-?(0|[1-9]\d*)?(\.\d*)?(e[-+]?\d+)?$/i,
  /^-?(0|[1-9]\d*)?,\d+$/,
];
/** Longest text that is named as it is. */
const MOST_SHOWN = 40;
const FIRST_SETTING: SweptName = 'learningRate';
/** Must divide one another: most numbers of a range would be refused. */
const KEPT_LISTED: readonly SweptName[] = ['dModel', 'heads'];

/** The words that a setting can have; none for a number. */
export function choicesOf(setting: SweptName): readonly string[] {
  const field = FIELDS.find(({ name }) => name === setting);
  return field?.kind === 'choice' ? field.choices : [];
}

/** The settings that may be varied in such a run and are not varied yet. */
export function freeSettings(base: SweptBase, axes: readonly AxisDraft[]): SweptName[] {
  return SWEPT_NAMES.filter((name) => isSwept(name, base) && !axes.some(({ setting }) => setting === name));
}

function mayBeDrawn(setting: SweptName): boolean {
  return SWEPT_SETTINGS[setting].kind !== 'choice' && !KEPT_LISTED.includes(setting);
}

/** The number that the run has and some around it, as a first thing to try. */
function suggestedNumbers(setting: SweptName, base: RunConfiguration): number[] {
  const now = base[setting];
  const allowed = (value: number) => runConfiguration.shape[setting].safeParse(value).success;
  const around = (...values: readonly number[]) => [...new Set(values)].filter(allowed).toSorted((a, b) => a - b);
  if (setting === 'seed') return around(Number(now), Number(now) + 1, Number(now) + 2);
  if (setting === 'dropout' || setting === 'labelSmoothing') return around(0, 0.1, 0.2, base[setting]);
  if (setting === 'weightDecay' || setting === 'l1') return around(0, 0.0001, 0.01, base[setting]);
  if (typeof now !== 'number' || now === 0) return setting === 'clipNorm' ? [0.5, 1, 5] : around(0, 10, 100);
  if (setting === 'learningRate')
    return around(Number((now / 3).toPrecision(1)), now, Number((now * 3).toPrecision(1)));
  return around(Math.max(1, Math.round(now / 2)), now, now * 2);
}

/** A setting to vary, with values around the one that the run has; numbers are drawn from the range of these. */
export function newAxis(setting: SweptName, base: RunConfiguration, strategy: SweepSearch['strategy']): AxisDraft {
  const choices = choicesOf(setting);
  const numbers = choices.length > 0 ? [] : suggestedNumbers(setting, base);
  return {
    ...{ setting, choices, values: numbers.join(', ') },
    mode: strategy === 'random' && mayBeDrawn(setting) ? 'range' : 'listed',
    ...{ low: String(numbers[0] ?? ''), high: String(numbers.at(-1) ?? '') },
    scale: setting === 'learningRate' ? 'logarithmic' : 'linear',
  };
}

/** The search that a form begins with. */
export function newDraft(base: RunConfiguration): SweepDraft {
  const [objective = 'loss'] = objectivesOf(base.task);
  return { strategy: 'grid', axes: [newAxis(FIRST_SETTING, base, 'grid')], runs: 10, seed: 1, objective };
}

/** The number that somebody means for a setting, or what they wrote where it is none; a percentage is one of a share only. */
function numberOf(text: string, setting: SweptName): number | string {
  const field = FIELDS.find(({ name }) => name === setting);
  const isShare = field?.kind === 'number' && !field.isWhole && field.high <= 1;
  const plain = text.normalize('NFKC').replaceAll('。', '.').trim();
  const [, figures = plain, percent = ''] = (isShare && /^(.*?)\s*(%)$/.exec(plain)) || [];
  const number = Number(typedNumber(figures + percent, isShare));
  const isWritten = figures !== '' && WRITTEN.some((way) => way.test(figures));
  return isWritten && !Number.isNaN(number) ? number : text.trim();
}

/** The parts of a list: at the marks that cannot stand within a number where there is one, else at commas, else at spaces. */
function partsOf(values: string): string[] {
  const at = [SURE_SEPARATORS, SEPARATORS].find((separator) => separator.test(values)) ?? /\s+/;
  return values.split(at).filter((text) => text.trim() !== '');
}

function listedOf({ setting, values }: AxisDraft): (number | string)[] {
  return partsOf(values).map((text) => numberOf(text, setting));
}

function axisOf(axis: AxisDraft, strategy: SweepSearch['strategy']): object {
  const { setting, mode, choices, low, high, scale } = axis;
  if (SWEPT_SETTINGS[setting].kind === 'choice') return { setting, values: choices };
  if (mode === 'range' && strategy === 'random')
    return { setting, low: numberOf(low, setting), high: numberOf(high, setting), scale };
  return { setting, values: listedOf(axis) };
}

/** What is said of the first text of an axis of numbers that is none; undefined where all that was entered are numbers. */
function unreadText(axis: AxisDraft, strategy: SweepSearch['strategy']): InBothLanguages | undefined {
  if (SWEPT_SETTINGS[axis.setting].kind === 'choice') return undefined;
  const isRange = axis.mode === 'range' && strategy === 'random';
  const read = isRange ? [axis.low, axis.high].map((end) => numberOf(end, axis.setting)) : listedOf(axis);
  const unread = read.find((value) => typeof value === 'string' && value !== '');
  if (unread === undefined) return undefined;
  return notPossible(axis.setting, String(unread).slice(0, MOST_SHOWN));
}

/** A draft with another way to search: drawn at random, listed numbers become the range that they span. */
export function withStrategy(draft: SweepDraft, strategy: SweepSearch['strategy']): SweepDraft {
  if (strategy === 'grid') return { ...draft, strategy };
  const axes = draft.axes.map((axis): AxisDraft => {
    const numbers = listedOf(axis).filter((value) => typeof value === 'number');
    if (numbers.length < 2 || !mayBeDrawn(axis.setting)) return axis;
    return { ...axis, mode: 'range', low: String(Math.min(...numbers)), high: String(Math.max(...numbers)) };
  });
  return { ...draft, strategy, axes };
}

function placeOf([first, second]: readonly PropertyKey[]): DraftProblem['at'] {
  if (first === 'runs' || first === 'seed') return first;
  return typeof second === 'number' ? second : 'axes';
}

/** What a draft searches, by the rules that the server has too. */
export function readDraft({ strategy, axes, runs, seed }: SweepDraft): ReadDraft {
  const listed = axes.map((axis) => axisOf(axis, strategy));
  const { data, error } = sweepSearch.safeParse({
    ...{ strategy, axes: listed },
    ...(strategy === 'random' ? { runs, seed } : {}),
  });
  const unread = axes.map((axis) => unreadText(axis, strategy));
  const ofTexts = unread.flatMap((message, at): DraftProblem[] => (message === undefined ? [] : [{ at, message }]));
  const ofRules = (error?.issues ?? []).map((issue): DraftProblem => {
    const { zh } = ('params' in issue ? (issue.params ?? {}) : {}) as { zh?: string };
    return { at: placeOf(issue.path), message: zh === undefined ? null : { en: issue.message, zh } };
  });
  const problems = [...ofTexts, ...ofRules.filter(({ at }) => !ofTexts.some((text) => text.at === at))];
  return { search: problems.length === 0 ? (data ?? null) : null, problems };
}
