import type { EvaluationSummary } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { TFunction } from 'i18next';

/** What tells evaluations apart. */
export type NamedEvaluation = Pick<
  EvaluationSummary,
  'id' | 'runNumber' | 'modelFileName' | 'checkpointStep' | 'split'
> & { readonly datasetVersion: number };

/** Longer names of files are cut: they stand at the ends of lines and in sentences. */
const MOST_CHARACTERS = 20;

function cut(name: string): string {
  return name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS - 1)}…` : name;
}

/**
 * A short name of each evaluation by its id, each different: the run's number or the imported model's name, and of several of the same one
 * what tells them apart – checkpoint, split, data version, else which came first.
 */
export function shortNames(
  evaluations: readonly NamedEvaluation[],
  t: TFunction<['comparison', 'common']>,
): ReadonlyMap<string, string> {
  const subjectOf = ({ runNumber, modelFileName }: NamedEvaluation) =>
    runNumber === null ? t('name.model', { name: cut(modelFileName ?? '') }) : `#${runNumber}`;
  const details = [
    ({ checkpointStep: step }: NamedEvaluation) => (step === null ? '' : t('name.step', { step })),
    ({ split }: NamedEvaluation) => t(`common:split.${split}`),
    ({ datasetVersion: version }: NamedEvaluation) => t('name.version', { version }),
  ];
  return new Map(
    evaluations.map((evaluation) => {
      const subject = subjectOf(evaluation);
      const twins = evaluations.filter((other) => subjectOf(other) === subject);
      const telling = details.filter((of) => new Set(twins.map(of)).size > 1).map((of) => of(evaluation));
      const alike = twins.filter((other) => details.every((of) => of(other) === of(evaluation)));
      const before = alike.filter(({ id }) => id < evaluation.id).length;
      const order = alike.length > 1 ? [t('name.twin', { number: before + 1 })] : [];
      return [evaluation.id, [subject, ...telling.filter((word) => word !== ''), ...order].join(' · ')];
    }),
  );
}
