import { MAX_TASKS, type DatasetItem, type DatasetTask, type TaskKind } from './content.ts';
import { LabelsError, MAX_LABELS } from './labels-error.ts';

interface TaskCount {
  items: number;
  valued: number;
  /** Items with a list of labels, which makes the task one of any number of labels. */
  listed: number;
  readonly labels: Set<string>;
}

/** Collects what the items answer for each task, item by item. */
export class TasksCount {
  readonly #counts = new Map<string, TaskCount>();

  add(tasks: NonNullable<DatasetItem['tasks']>): void {
    for (const [name, answer] of Object.entries(tasks)) {
      const count = this.#counts.get(name) ?? { items: 0, valued: 0, listed: 0, labels: new Set() };
      this.#counts.set(name, count);
      count.items++;
      if (typeof answer === 'number') count.valued++;
      else if (typeof answer === 'string') count.labels.add(answer);
      else {
        count.listed++;
        for (const label of answer) count.labels.add(label);
      }
    }
  }

  /** The tasks by their names; throws a `LabelsError` where the answers of one are not all of a kind. */
  summary(): DatasetTask[] {
    if (this.#counts.size > MAX_TASKS) {
      throw new LabelsError(
        `${this.#counts.size} tasks; at most ${MAX_TASKS} are possible`,
        `共有 ${this.#counts.size} 个任务，最多 ${MAX_TASKS} 个`,
      );
    }
    return [...this.#counts]
      .map(([name, { items, valued, listed, labels }]): DatasetTask => {
        if (valued > 0 && valued < items) {
          throw new LabelsError(
            `task ${name}: ${valued} of ${items} answers are numbers, the others labels`,
            `任务“${name}”的 ${items} 个答案中有 ${valued} 个是数字，其余是标签`,
          );
        }
        if (labels.size > MAX_LABELS) {
          throw new LabelsError(
            `task ${name}: ${labels.size} labels; at most ${MAX_LABELS} are possible`,
            `任务“${name}”有 ${labels.size} 种标签，最多 ${MAX_LABELS} 种`,
          );
        }
        const kind: TaskKind = valued > 0 ? 'value' : listed > 0 ? 'multiple' : 'single';
        return { name, kind, labels: [...labels].toSorted(), items };
      })
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }
}
