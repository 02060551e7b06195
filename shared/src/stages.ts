/** The lifecycle of a model project, in order; server registration, navigation and tests iterate over it. */
export const STAGES = [
  'requirements',
  'selection',
  'data',
  'training',
  'evaluation',
  'deployment',
  'monitoring',
] as const;

/** One stage of the lifecycle; folders, routes, types and screens carry the same name. */
export type Stage = (typeof STAGES)[number];

/** What the rail and the overview show of a stage. */
export const STAGE_STATES = ['not-started', 'in-progress', 'blocked', 'passed'] as const;

/** State of one stage of a project. */
export type StageState = (typeof STAGE_STATES)[number];
