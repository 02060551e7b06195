import { chinese } from '../../api/chinese-text.ts';
import { isMeasuredOfTask } from '../../metrics/task-metrics.ts';
import { taskName } from '../data/content.ts';
import type { ProjectTasks } from '../data/task-contract.ts';
import type { Criterion, ProblemType } from './contract.ts';
import type { BothLanguages, IssueCode } from './issue.ts';

/** Something about the task of a criterion. */
interface TaskFinding {
  readonly severity: 'error' | 'warning';
  readonly code: IssueCode;
  readonly field: 'task' | 'metric';
  readonly message: BothLanguages;
}

const KIND_NAMES = {
  single: { en: 'one label an item', zh: '每条一个标签' },
  multiple: { en: 'any number of labels an item', zh: '每条任意多个标签' },
  value: { en: 'a number an item', zh: '每条一个数值' },
} as const;

/** The task of the data that a criterion names; undefined where it names none, or one that no data has. */
export function taskOfCriterion({ task }: Pick<Criterion, 'task'>, data: ProjectTasks | null) {
  return task === undefined ? undefined : data?.tasks.find(({ name }) => name === task);
}

function unknownTask(task: string, { hasData, tasks }: ProjectTasks): TaskFinding {
  if (!hasData)
    return {
      severity: 'warning',
      code: 'task-not-seen',
      field: 'task',
      message: {
        en: `The project has no data yet: whether items answer the task “${task}” will show when they come.`,
        zh: `项目还没有数据，样本是否带有任务“${task}”的答案，要等数据到来才知道。`,
      },
    };
  const names = tasks.map(({ name }) => `“${name}”`);
  return {
    severity: 'error',
    code: 'unknown-task',
    field: 'task',
    message:
      names.length === 0
        ? {
            en: `No data version of the project answers further tasks, so “${task}” can never be measured. Bring data with its answers first.`,
            zh: `项目的数据版本都没有其他任务的答案，任务“${task}”不可能被测量。请先导入带有该任务答案的数据。`,
          }
        : {
            en: `No data version of the project answers a task “${task}”; they answer ${names.join(', ')}.`,
            zh: chinese`项目的数据版本都没有任务“${task}”的答案，已有的任务是${names.join('、')}。`,
          },
  };
}

/** What is wrong with the task that a criterion names; `name` is the metric's. */
export function taskFindings(
  { task, metric }: Pick<Criterion, 'task' | 'metric'>,
  name: BothLanguages,
  problemType: ProblemType,
  data: ProjectTasks | null,
): TaskFinding[] {
  if (task === undefined) return [];
  const refused = (code: IssueCode, field: TaskFinding['field'], message: BothLanguages): TaskFinding => ({
    severity: 'error',
    code,
    field,
    message,
  });
  if (problemType !== 'text-classification')
    return [
      refused('no-tasks', 'task', {
        en: 'Only text classifiers answer further tasks. Leave the task out, or change the kind of problem.',
        zh: '只有文本分类模型才能回答其他任务。请去掉任务，或更改问题类型。',
      }),
    ];
  if (!taskName.safeParse(task).success)
    return [
      refused('unknown-task', 'task', {
        en: `“${task}” is no name of a task: a letter first, then letters, digits, - and _, at most 40 in all.`,
        zh: `“${task}”不是有效的任务名：以字母或汉字开头，其后为字母、汉字、数字、- 和 _，最多 40 个字符。`,
      }),
    ];
  if (!isMeasuredOfTask(metric, undefined))
    return [
      refused('metric-not-for-task', 'metric', {
        en: `${name.en} is not measured of a single task. Leave the task out, or choose another metric.`,
        zh: chinese`${name.zh}不按任务单独测量。请去掉任务，或换一个指标。`,
      }),
    ];
  if (data === null) return [];
  const known = taskOfCriterion({ task }, data);
  if (known === undefined) return [unknownTask(task, data)];
  if (isMeasuredOfTask(metric, known.kind)) return [];
  const kind = KIND_NAMES[known.kind];
  return [
    refused('metric-not-for-task', 'metric', {
      en: `Items answer “${task}” with ${kind.en}, for which ${name.en} does not exist. Choose another metric or another task.`,
      zh: chinese`任务“${task}”的答案是${kind.zh}，没有“${name.zh}”这个指标。请换一个指标或任务。`,
    }),
  ];
}
