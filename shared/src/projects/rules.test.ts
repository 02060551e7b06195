import { describe, expect, test } from 'vitest';
import type { MetricValue } from '../stages/evaluation/contract.ts';
import type { SeenInTraining } from '../stages/evaluation/seen-in-training.ts';
import type { Criterion } from '../stages/requirements/contract.ts';
import { criterionVerdicts, nextStepOf, projectVerdict, stageCards, type ProjectFacts } from './rules.ts';

const at = '2026-01-02T03:04:05.000Z';

function criterion(change: Partial<Criterion> = {}): Criterion {
  return {
    id: '018f0000-0000-7000-8000-000000000001',
    metric: 'accuracy',
    operator: '>=',
    threshold: 0.9,
    unit: '',
    slice: null,
    level: 'must',
    decisionMode: 'interval',
    minimumItems: 30,
    reason: { en: 'because' },
    ...change,
  };
}

function measured(low: number, high: number, items = 100): MetricValue {
  return { metric: 'accuracy', value: (low + high) / 2, low, high, items, note: null };
}

function facts(change: Partial<ProjectFacts> = {}): ProjectFacts {
  return {
    requirement: { state: 'approved', changedAt: at },
    approvedVersion: 1,
    criteria: [criterion()],
    changedAfterEvidence: null,
    selection: { candidates: 0, isDraftOpen: false, decision: null, changedAt: null },
    datasetVersions: {
      count: 1,
      changedAt: at,
      newest: 'measured on',
      unprepared: null,
      leaking: null,
      lacksLabels: false,
    },
    runs: { count: 1, active: 0 },
    latestRun: { id: 'run', state: 'finished', changedAt: at, loss: 0.5 },
    evaluation: evaluation([measured(0.92, 0.98)]),
    ...change,
  };
}

function evaluation(metrics: MetricValue[], sameAsTraining = false): NonNullable<ProjectFacts['evaluation']> {
  const about = { id: 'evaluation', datasetVersionId: 'measured on', seenInTraining: null };
  return { ...about, sameAsTraining, metrics, createdAt: at };
}

function evaluated(metrics: MetricValue[], sameAsTraining = false): ProjectFacts {
  return facts({ evaluation: evaluation(metrics, sameAsTraining) });
}

describe('can we ship?', () => {
  test.each([
    ['every must passes on new items', facts(), 'ready'],
    ['a must fails', evaluated([measured(0.7, 0.8)]), 'not-ready'],
    ['the interval holds the threshold', evaluated([measured(0.85, 0.95)]), 'not-enough-evidence'],
    ['too few items', evaluated([measured(0.92, 0.98, 29)]), 'not-enough-evidence'],
    ['the items were trained on', evaluated([measured(0.92, 0.98)], true), 'not-enough-evidence'],
    ['a must fails even on items that were trained on', evaluated([measured(0.7, 0.8)], true), 'not-ready'],
    ['nothing was evaluated', facts({ evaluation: null }), 'not-enough-evidence'],
    ['there are no must-criteria', facts({ criteria: [criterion({ level: 'should' })] }), 'no-criteria'],
  ])('%s', (_, given, expected) => {
    expect(projectVerdict(given).verdict).toBe(expected);
  });

  test('a should-criterion that fails or has no evidence neither decides nor counts as a reason', () => {
    const shoulds = [
      criterion({ level: 'should', threshold: 0.99 }),
      criterion({ level: 'should', slice: 'length>20' }),
    ];
    const given = { ...facts(), criteria: [criterion(), ...shoulds] };
    expect(projectVerdict(given)).toMatchObject({ verdict: 'ready', failing: [], withoutEvidence: 0 });
    expect(stageCards(given)[4]).toMatchObject({ stage: 'evaluation', state: 'passed', openItems: 0 });
    const remembered = { ...evaluated([measured(0.92, 0.98)], true), criteria: given.criteria };
    expect(projectVerdict(remembered)).toMatchObject({ verdict: 'not-enough-evidence', withoutEvidence: 0 });
  });

  test('must-criteria that fail, and those with too little evidence or none, are the reasons', () => {
    const criteria = [
      criterion({ threshold: 0.99 }),
      criterion({ slice: 'length>20' }),
      criterion({ threshold: 0.95 }),
    ];
    const verdict = projectVerdict({ ...facts(), criteria });
    expect(verdict.failing.map((one) => one.criterion.threshold)).toEqual([0.99]);
    expect(verdict.withoutEvidence).toBe(2);
  });
});

test('a criterion takes evidence from the head of its task alone', () => {
  const numbers = [measured(0.92, 0.98), { ...measured(0.5, 0.6), task: 'toxicity' }];
  const of = (task?: string) => criterionVerdicts([criterion(task === undefined ? {} : { task })], numbers)[0];
  expect([of()?.verdict, of('toxicity')?.verdict, of('tone')?.verdict]).toEqual(['pass', 'fail', 'no-evidence']);
});

test('a criterion on a slice takes no evidence from the whole', () => {
  const [verdict] = criterionVerdicts([criterion({ slice: 'length>20' })], [measured(0.92, 0.98)]);
  expect(verdict).toMatchObject({ verdict: 'no-evidence', value: null });
});

test('the stages stand in the order of the lifecycle with their states', () => {
  expect(stageCards(facts()).map(({ stage, state }) => `${stage} ${state}`)).toEqual([
    'requirements passed',
    'selection not-started',
    'data passed',
    'training passed',
    'evaluation passed',
    'deployment not-started',
    'monitoring not-started',
  ]);
});

test.each([
  ['failed', {}, 'blocked'],
  ['cancelled', {}, 'passed'],
  ['cancelled', { evaluation: null }, 'in-progress'],
] as const)('a newest run that was %s', (state, change, shown) => {
  const latestRun = { id: 'run', state, changedAt: at, loss: null };
  expect(stageCards(facts({ latestRun, ...change }))[3]).toMatchObject({ stage: 'training', state: shown });
});

const DECIDED = { candidates: 2, decision: { architecture: 'encoder-classifier', isOutdated: false } };

/** Facts of a project that trains nothing yet and stands somewhere in the choice of its model. */
const weighing = (selection: Partial<ProjectFacts['selection']>, change: Partial<ProjectFacts> = {}) =>
  facts({ latestRun: null, selection: { ...facts().selection, ...selection }, ...change });

test.each([
  ['nothing', {}, 'not-started', 'choose-candidates'],
  ['two candidates', { candidates: 2 }, 'in-progress', 'weigh-candidates'],
  ['a decision', DECIDED, 'passed', null],
  ['a draft after a decision', { ...DECIDED, isDraftOpen: true }, 'in-progress', null],
  ['criteria changed since', { decision: { architecture: null, isOutdated: true } }, 'in-progress', 'decide-anew'],
])('the card of the model selection with %s', (_, selection, state, next) => {
  expect(stageCards(weighing(selection))[1]).toMatchObject({ stage: 'selection', state, next });
});

test('who was chosen travels with the next step', () => {
  expect(nextStepOf(weighing(DECIDED)).architecture).toBe('encoder-classifier');
});

const UNLABELLED = { count: 1, changedAt: at, newest: 'v', unprepared: 'v', leaking: null, lacksLabels: true };

const LEAKING = { count: 1, changedAt: at, newest: 'v', unprepared: null, leaking: 'v', lacksLabels: false };

const runIn = (state: 'running' | 'failed') => ({ id: 'run', state, changedAt: at, loss: null });

test.each([
  ['a run is under way', facts({ latestRun: runIn('running') }), 'watch-run'],
  ['the newest run failed', facts({ latestRun: runIn('failed') }), 'read-failure'],
  ['nothing is written', facts({ requirement: null, latestRun: null, evaluation: null }), 'write-requirement'],
  [
    'a first draft is being written',
    facts({ requirement: { state: 'draft', changedAt: at }, approvedVersion: null, criteria: [], evaluation: null }),
    'finish-requirement',
  ],
  ['a version waits for approval', facts({ requirement: { state: 'in-review', changedAt: at } }), 'review-requirement'],
  [
    'a newer draft does not stop the work',
    facts({ requirement: { state: 'draft', changedAt: at } }),
    'read-evaluation',
  ],
  ['nothing is weighed', facts({ latestRun: null }), 'choose-candidates'],
  ['one candidate is no choice', weighing({ candidates: 1 }), 'choose-candidates'],
  ['candidates wait to be weighed', weighing({ candidates: 2 }), 'weigh-candidates'],
  ['a matrix is being filled', weighing({ isDraftOpen: true }), 'weigh-candidates'],
  [
    'the criteria changed after the decision',
    weighing({ decision: { architecture: null, isOutdated: true } }),
    'decide-anew',
  ],
  [
    'no data',
    weighing(DECIDED, {
      datasetVersions: { count: 0, changedAt: null, newest: 'v', unprepared: null, leaking: null, lacksLabels: false },
    }),
    'add-data',
  ],
  [
    'data as it came',
    weighing(DECIDED, {
      datasetVersions: { count: 1, changedAt: at, newest: 'v', unprepared: 'v', leaking: null, lacksLabels: false },
    }),
    'prepare-data',
  ],
  ['data whose splits leak', weighing(DECIDED, { datasetVersions: LEAKING, evaluation: null }), 'close-leaks'],
  ['data whose splits leak, which was trained on', facts({ datasetVersions: LEAKING }), 'read-evaluation'],
  [
    'data without classes for a classifier',
    weighing(DECIDED, { datasetVersions: UNLABELLED, evaluation: null }),
    'label-data',
  ],
  ['data without classes after an evaluation', facts({ datasetVersions: UNLABELLED }), 'read-evaluation'],
  ['no run', weighing(DECIDED, { evaluation: null }), 'start-run'],
  ['a must fails', evaluated([measured(0.7, 0.8)]), 'improve-model'],
  ['the evidence is thin', evaluated([measured(0.85, 0.95)]), 'gather-evidence'],
  ['everything passes', facts(), 'read-evaluation'],
])('next: %s', (_, given, action) => {
  expect(nextStepOf(given).action).toBe(action);
});

test('leaks keep the data stage open and name the version, until somebody trains on it as it is', () => {
  const given = weighing(DECIDED, { datasetVersions: LEAKING, evaluation: null });
  expect(stageCards(given)[2]).toMatchObject({ stage: 'data', state: 'in-progress', openItems: 1 });
  expect(nextStepOf(given).datasetVersionId).toBe('v');
  expect(stageCards(facts({ datasetVersions: LEAKING }))[2]).toMatchObject({ state: 'passed', openItems: 0 });
});

/** Passes on 200 texts, of which some were learned from. */
function seen(change: Partial<SeenInTraining>, datasetVersions: Partial<ProjectFacts['datasetVersions']> = {}) {
  const none = { texts: 200, exact: 0, elsewhere: 0, near: 0, isDataGone: false, origin: null };
  return facts({
    evaluation: { ...evaluation([measured(0.92, 0.98)], true), seenInTraining: { ...none, ...change } },
    datasetVersions: { ...facts().datasetVersions, ...datasetVersions },
  });
}

test.each([
  ['one test item is a training item', seen({ exact: 1 }), ['close-leaks', 'measured on']],
  ['one is nearly so', seen({ near: 1 }), ['close-leaks', 'measured on']],
  [
    'it was taken in anew, but not prepared',
    seen({ near: 1 }, { newest: 'new', unprepared: 'new' }),
    ['prepare-data', 'new'],
  ],
  ['a later version leaks as well', seen({ near: 1 }, { newest: 'new', leaking: 'new' }), ['close-leaks', 'new']],
  ['a later version does not leak', seen({ near: 1 }, { newest: 'new' }), ['train-anew', null]],
  ['there are no held-out items at all', seen({ exact: 200 }), ['read-evaluation', null]],
  ['they are items of an earlier run', seen({ elsewhere: 3 }), ['read-evaluation', null]],
  ['nobody can tell', seen({ isDataGone: true }), ['read-evaluation', null]],
])('what passes is not ready, and what comes next where %s', (_, given, next) => {
  expect(projectVerdict(given)).toMatchObject({ verdict: 'not-enough-evidence', withoutEvidence: 0 });
  const { action, datasetVersionId } = nextStepOf(given);
  expect([action, datasetVersionId]).toEqual(next);
});
