import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';

/** The answers of an item's further tasks, each on a line with its name. */
export function TaskAnswers({ tasks }: { readonly tasks: NonNullable<DatasetItem['tasks']> }) {
  return Object.entries(tasks).map(([name, answer]) => (
    <div key={name} className="secondary">
      {name}: {[answer].flat().join(', ') || '∅'}
    </div>
  ));
}
