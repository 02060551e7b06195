import { z } from 'zod';
import { chinese } from '../../../api/chinese-text.ts';
import { saying, type InBothLanguages } from '../../../api/localized-text.ts';
import { runConfiguration } from '../configuration.ts';
import { drawnCombinations, gridSize } from './combinations.ts';
import { notPossible, SWEPT_NAMES, SWEPT_SETTINGS, type SweptName } from './settings.ts';

/** Fewest and most runs of a sweep, and most settings that it varies. */
export const FEWEST_RUNS = 2;
export const MOST_RUNS = 40;
export const MOST_AXES = 4;

const setting = z.enum(SWEPT_NAMES);
const value = z.union([z.number(), z.string().max(40)]);
const listedAxis = z.object({ setting, values: z.array(value).min(2).max(MOST_RUNS) });
const rangeAxis = z.object({
  setting,
  low: z.number(),
  high: z.number(),
  /** Whether draws are spread evenly over the values or over their logarithms. */
  scale: z.enum(['linear', 'logarithmic']),
});

/** A setting that a sweep varies: over listed values, or between two ends (both may be drawn). */
export type SweepAxis = z.infer<typeof listedAxis> | z.infer<typeof rangeAxis>;

const gridSearch = z.object({ strategy: z.literal('grid'), axes: z.array(listedAxis).min(1).max(MOST_AXES) });
const randomSearch = z.object({
  strategy: z.literal('random'),
  axes: z
    .array(z.union([listedAxis, rangeAxis]))
    .min(1)
    .max(MOST_AXES),
  /** How many different combinations are drawn. */
  runs: z.int().min(FEWEST_RUNS).max(MOST_RUNS),
  /** Decides the draws. */
  seed: z.int().min(0).max(2_147_483_647),
});

/** Which combinations of settings a sweep tries: all of a grid, or so many drawn by a seed. */
export type SweepSearch = z.infer<typeof gridSearch> | z.infer<typeof randomSearch>;

/** What is wrong with a search, at which place of it. */
interface SearchProblem {
  readonly path: (string | number)[];
  readonly message: InBothLanguages;
}

function isAllowed(name: SweptName, wanted: number | string): boolean {
  return wanted !== '' && runConfiguration.shape[name].safeParse(wanted).success;
}

function axisProblem(axis: SweepAxis): InBothLanguages | undefined {
  const { en, zh, kind } = SWEPT_SETTINGS[axis.setting];
  if ('values' in axis) {
    const wrong = axis.values.find((wanted) => !isAllowed(axis.setting, wanted));
    if (wrong !== undefined) return notPossible(axis.setting, wrong);
    const isTwice = new Set(axis.values).size < axis.values.length;
    return isTwice ? { en: `${en} has the same value twice`, zh: chinese`${zh}有重复的取值` } : undefined;
  }
  if (kind === 'choice') return { en: `${en} needs listed values`, zh: chinese`${zh}须列出取值` };
  const { low, high, scale } = axis;
  const wrong = [low, high].find((end) => !isAllowed(axis.setting, end));
  if (wrong !== undefined) return notPossible(axis.setting, wrong);
  if (low >= high)
    return { en: `the range of ${en} must end above its beginning`, zh: chinese`${zh}的范围上限须大于下限` };
  return scale === 'logarithmic' && low <= 0
    ? {
        en: `a logarithmic range of ${en} must begin above 0`,
        zh: chinese`${zh}按对数取值时，下限须大于 0`,
      }
    : undefined;
}

/** Why a search cannot be carried out, whatever it is a search of; empty where it can. */
function searchProblems(search: SweepSearch): SearchProblem[] {
  const problems = search.axes.flatMap((axis, place): SearchProblem[] => {
    const { en, zh } = SWEPT_SETTINGS[axis.setting];
    if (search.axes.findIndex((one) => one.setting === axis.setting) < place)
      return [{ path: ['axes', place], message: { en: `${en} is varied twice`, zh: chinese`${zh}重复出现` } }];
    const message = axisProblem(axis);
    return message === undefined ? [] : [{ path: ['axes', place], message }];
  });
  if (problems.length > 0) return problems;
  if (search.strategy === 'grid') {
    const size = gridSize(search.axes);
    if (size <= MOST_RUNS) return [];
    const message = {
      en: `the grid has ${size} combinations, and at most ${MOST_RUNS} can run; list fewer values or draw at random`,
      zh: chinese`网格共有 ${size} 种组合，最多只能运行 ${MOST_RUNS} 种；请减少取值，或改用随机搜索`,
    };
    return [{ path: ['axes'], message }];
  }
  const found = drawnCombinations(search).length;
  if (found === search.runs) return [];
  const message = {
    en: `only ${found} different combinations were found; ask for fewer runs or give more values`,
    zh: chinese`只找到 ${found} 种不同的组合；请减少运行次数，或给出更多取值`,
  };
  return [{ path: ['runs'], message }];
}

/** A search that was carried out, whatever would be refused of it by now. */
export const keptSearch = z.discriminatedUnion('strategy', [gridSearch, randomSearch]);

/** Which combinations of settings a sweep tries. */
export const sweepSearch = keptSearch.superRefine((search, context) => {
  for (const { path, message } of searchProblems(search))
    context.addIssue({ code: 'custom', path, ...saying(message) });
});
