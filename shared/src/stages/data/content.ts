import { z } from 'zod';
import { sha256 } from '../../api/identifiers.ts';
import { labelText } from './label-text.ts';

/** The parts that a dataset is divided into. */
export const SPLITS = ['train', 'validation', 'test'] as const;

/** A part of a dataset. */
export type Split = (typeof SPLITS)[number];

/** Longest text of one item in UTF-16 units. */
export const MAX_ITEM_LENGTH = 100_000;

/** Most tasks, beside the labels or the value of each item, that a dataset version may have. */
export const MAX_TASKS = 16;

/** Name of a task: it goes into the names of metrics, parameters and model outputs, in which dots and slashes have a meaning. */
export const taskName = z.string().regex(/^\p{L}[\p{L}\p{N}_-]{0,39}$/u);

const label = labelText.trim().min(1).max(200);

/** The answer of one task for an item: one label, any number of labels, or a number. */
const taskAnswer = z.union([label, z.array(label).max(100), z.number()]);

/**
 * What one item holds besides the split that it is in; `labels` for a classification, `value` for a regression. An item that answers
 * further tasks may lack both: then nobody knows what it is.
 */
export const itemContent = z.object({
  text: z.string().min(1).max(MAX_ITEM_LENGTH),
  labels: z.array(label).max(100).optional(),
  value: z.number().optional(),
  /** The answers of further tasks by their names; a task that is missing has no known answer for this item. */
  tasks: z.record(taskName, taskAnswer).optional(),
  /** Further columns that came with the item, for slices. */
  columns: z.record(z.string().max(100), z.string().max(2000)).optional(),
});

/** The forms of images that are taken in, by what their bytes say. */
export const IMAGE_MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp'] as const;

/** What is known of the image of an item; its bytes lie in the version's image pack. */
export const itemImage = z
  .object({
    /** Of the bytes as they came. */
    sha256,
    mediaType: z.enum(IMAGE_MEDIA_TYPES),
    /** In pixels. */
    width: z.int().min(1),
    height: z.int().min(1),
    sizeBytes: z.int().min(1),
  })
  .meta({ id: 'ItemImage' });

/** What is known of the image of an item. */
export type ItemImage = z.infer<typeof itemImage>;

/**
 * One line of a dataset version as it is stored: JSON Lines, UTF-8, one item a line. An item of a version of images has one, and
 * its path in the archive is its text.
 */
export const datasetItem = itemContent.extend({ split: z.enum(SPLITS).default('train'), image: itemImage.optional() });

/** One line of a dataset version. */
export type DatasetItem = z.infer<typeof datasetItem>;

/** What the items are labelled with: nothing, exactly one label each, any number of labels each, or a number each. */
export const LABEL_KINDS = ['none', 'single', 'multiple', 'value'] as const;

/** What the items of a version are labelled with. */
export type LabelKind = (typeof LABEL_KINDS)[number];

/** What the answers of a task are: exactly one label, any number of labels, or a number. */
export const TASK_KINDS = ['single', 'multiple', 'value'] as const;

/** What the answers of a task are. */
export type TaskKind = (typeof TASK_KINDS)[number];

/** A task of a dataset version beside the labels or the value of each item. */
export const datasetTask = z
  .object({
    name: taskName,
    kind: z.enum(TASK_KINDS),
    /** The labels that occur, sorted; a class has the number of its place here. Empty for values. */
    labels: z.array(labelText),
    /** How many items have an answer. */
    items: z.number().int(),
  })
  .meta({ id: 'DatasetTask' });

/** A task of a dataset version. */
export type DatasetTask = z.infer<typeof datasetTask>;

/** Answers by task, in the order of the names, so that the same answers give the same bytes. */
export function orderedTasks(tasks: DatasetItem['tasks']): DatasetItem['tasks'] {
  if (tasks === undefined) return undefined;
  return Object.fromEntries(Object.entries(tasks).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The stored line of an item, with its keys in one order, so that the same items give the same bytes. */
export function itemLine({ split, text, labels, value, tasks, columns, image }: DatasetItem): string {
  return `${JSON.stringify({ split, text, labels, value, tasks: orderedTasks(tasks), columns, image })}\n`;
}
