import { z } from 'zod';
import { chinese } from '../../../api/chinese-text.ts';
import { defineRoute } from '../../../api/define-route.ts';
import { id, moment } from '../../../api/identifiers.ts';
import { saying, type InBothLanguages } from '../../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../../api/paging.ts';
import { runConfiguration } from '../configuration.ts';
import { runSummary } from '../contract.ts';
import { estimate } from '../plan/interval.ts';
import { keptSearch, sweepSearch } from './search.ts';
import { OBJECTIVES, objectivesOf, SWEPT_NAMES, whyNotSwept } from './settings.ts';
import { UNTRAINABLE } from '../untrainable.ts';

const combination = z.partialRecord(z.enum(SWEPT_NAMES), z.union([z.number(), z.string()]));

const count = z.int().min(0);

/** A sweep as lists show it. */
export const sweepSummary = z
  .object({
    id,
    projectId: id,
    number: z.int(),
    datasetVersionId: id,
    search: keptSearch,
    /** What runs are ranked by: what their kept models reach on the validation split, never on the test split. */
    objective: z.enum(OBJECTIVES),
    createdAt: moment,
    counts: z.object({
      total: count,
      queued: count,
      /** Those that are being evaluated among them. */
      running: count,
      /** Those of them that have been asked to stop. */
      stopping: count,
      finished: count,
      failed: count,
      cancelled: count,
    }),
    /** The finished run with the best value; null until there is one. */
    best: z.object({ runId: id, runNumber: z.int(), values: combination, value: z.number() }).nullable(),
  })
  .meta({ id: 'SweepSummary' });

/** A sweep as lists show it. */
export type SweepSummary = z.infer<typeof sweepSummary>;

/** A run of a sweep. */
const sweepRun = z
  .object({
    /** Which of the combinations it tries, from 0. */
    place: count,
    values: combination,
    run: runSummary,
    /**
     * The objective and the step at which it was measured: of a run that was evaluated at the step of the kept model, or last before it; of any other the
     * last one. Null where there is none, or where it is no number.
     */
    reached: z.object({ value: z.number(), step: z.int() }).nullable(),
    /** On how many validation items its values are measured; null until its worker has decided. */
    validationItems: z.int().nullable(),
    /** Of how many; where it is fewer, its seed decides which. */
    allValidationItems: z.int().nullable(),
  })
  .meta({ id: 'SweepRun' });

/** A run of a sweep. */
export type SweepRun = z.infer<typeof sweepRun>;

/** A sweep with its runs, in the order of its combinations. */
export const sweep = sweepSummary
  .extend({
    runs: z.array(sweepRun),
    /** Milliseconds until all runs have ended, if as many go on at once as do now; null where that is not known. */
    remainingMs: z.number().nullable(),
  })
  .meta({ id: 'Sweep' });

/** A sweep with its runs. */
export type Sweep = z.infer<typeof sweep>;

/** What all runs share; whether it contradicts itself is judged with the values of each combination, which may replace what does. */
const shared = z.object(runConfiguration.shape);

const wish = { datasetVersionId: id, configuration: z.unknown().pipe(shared), search: sweepSearch };

/** Settings that change nothing in the model, and an objective that its task does not report. */
function addMismatches(
  { configuration, search, objective }: z.infer<z.ZodObject<typeof wish>> & { objective?: (typeof OBJECTIVES)[number] },
  context: z.RefinementCtx,
): void {
  const add = (path: (string | number)[], message: InBothLanguages) =>
    context.addIssue({ code: 'custom', path, ...saying(message) });
  search.axes.forEach(({ setting }, place) => {
    const why = whyNotSwept(setting, configuration);
    if (why !== undefined) add(['search', 'axes', place], why);
  });
  const known = objectivesOf(configuration.task);
  if (objective !== undefined && !known.includes(objective))
    add(['objective'], {
      en: `${configuration.task} reports ${known.join(', ')}`,
      zh: chinese`${configuration.task} 报告的指标为 ${known.join('、')}`,
    });
}

/** What a combination is refused for, and what it is planned to take on the likeliest worker. */
export const plannedCombination = z
  .object({
    values: combination,
    /** Why its run would be refused, in both languages; empty where it can be trained. */
    problems: z.array(z.object({ en: z.string(), zh: z.string() })),
    /** Null where it is refused. Time in milliseconds, energy in kilowatt-hours; null where they are not known. */
    plan: z
      .object({
        parameters: z.number(),
        time: estimate.nullable(),
        energy: estimate.nullable(),
        cost: z.object({ amount: estimate, currency: z.string() }).nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'PlannedCombination' });

/** What a combination is refused for, and what it is planned to take. */
export type PlannedCombination = z.infer<typeof plannedCombination>;

export const planSweep = defineRoute({
  id: 'planSweep',
  method: 'POST',
  path: '/api/projects/{projectId}/sweep-plans',
  summary:
    'The combinations that a sweep would try, which of them are refused, and what each would take on the likeliest worker; nothing is created.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  body: z.object(wish).superRefine(addMismatches),
  reply: z.object({ workerName: z.string().nullable(), combinations: z.array(plannedCombination) }),
  errors: UNTRAINABLE,
});

export const startSweep = defineRoute({
  id: 'startSweep',
  method: 'POST',
  path: '/api/projects/{projectId}/sweeps',
  summary:
    'Queue a run for each combination of a search, all or none; with the same idempotency key it answers with the sweep that exists.',
  permission: 'training:run',
  params: z.object({ projectId: id }),
  body: z
    .object({
      ...wish,
      objective: z.enum(OBJECTIVES),
      idempotencyKey: z.string().min(8).max(100).optional(),
    })
    .superRefine(addMismatches),
  reply: sweep,
  status: 201,
  errors: ['combinations-refused', ...UNTRAINABLE],
});

export const listSweeps = defineRoute({
  id: 'listSweeps',
  method: 'GET',
  path: '/api/projects/{projectId}/sweeps',
  summary: 'The sweeps of a project with the best run of each, newest first.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery,
  reply: pageOf(sweepSummary),
});

const sweepParams = z.object({ sweepId: id });

export const getSweep = defineRoute({
  id: 'getSweep',
  method: 'GET',
  path: '/api/sweeps/{sweepId}',
  summary: 'A sweep with its runs and what each reaches on the validation split.',
  permission: 'project:read',
  params: sweepParams,
  reply: sweep,
});

export const cancelSweep = defineRoute({
  id: 'cancelSweep',
  method: 'POST',
  path: '/api/sweeps/{sweepId}/cancel',
  summary:
    'Stop all runs of a sweep that have not ended and have not been asked to stop; those that have finished stay, and so does what the others reached.',
  permission: 'training:operate',
  params: sweepParams,
  reply: sweep,
  errors: ['sweep-not-active'],
});
