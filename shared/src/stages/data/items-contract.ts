import { z } from 'zod';
import { queryInteger } from '../../api/query-integer.ts';
import { defineRoute } from '../../api/define-route.ts';
import { id } from '../../api/identifiers.ts';
import { itemContent, itemImage, SPLITS } from './content.ts';
import { labelText } from './label-text.ts';
import { PERSONAL_DATA_KINDS } from './preparation/personal-data/kinds.ts';

/** Most items that one request looks at when it filters; the next page goes on from there. */
export const MAX_SEARCHED_ITEMS = 20_000;

/** An item as it is shown; its texts are masked unless it was read raw. */
export const shownItem = z
  .object({
    /** Place in the version, from 1. */
    number: z.number().int().min(1),
    split: z.enum(SPLITS),
    text: z.string(),
    /** Whether more of the text follows than is shown. */
    isCut: z.boolean(),
    labels: z.array(labelText).optional(),
    value: z.number().optional(),
    tasks: itemContent.shape.tasks,
    columns: z.record(z.string(), z.string()).optional(),
    image: itemImage.optional(),
    /** The kinds of personal data found in the text and its columns. */
    personalData: z.array(z.enum(PERSONAL_DATA_KINDS)),
  })
  .meta({ id: 'ShownItem' });

/** An item as it is shown. */
export type ShownItem = z.infer<typeof shownItem>;

const filters = {
  split: z.enum(SPLITS).optional(),
  label: z.string().max(200).optional(),
  /** Words that the shown text must hold, in whatever case. */
  text: z.string().max(100).optional(),
  personalData: z.enum(['with', 'without']).optional(),
};

/** Which items are wanted. */
export const itemFilter = z.object(filters);

/** Which items are wanted. */
export type ItemFilter = z.infer<typeof itemFilter>;

/** Places of items in a version, from 1, separated by commas; 40 at most. */
const numbers = z
  .string()
  .regex(/^[1-9]\d{0,8}(?:,[1-9]\d{0,8}){0,39}$/)
  .optional();

const itemPlace = {
  cursor: z.string().max(200).optional(),
  limit: queryInteger(1, 50).default(20),
};

/** A page of items; a filtered page may hold few items and still have a next one. */
export const itemPage = z
  .object({
    items: z.array(shownItem),
    nextCursor: z.string().nullable(),
    /** How many items of the version have been looked at up to the end of this page. */
    searched: z.number().int(),
    total: z.number().int(),
  })
  .meta({ id: 'ItemPage' });

/** A page of items. */
export type ItemPage = z.infer<typeof itemPage>;

export const listDatasetItems = defineRoute({
  id: 'listDatasetItems',
  method: 'GET',
  path: '/api/dataset-versions/{datasetVersionId}/items',
  summary:
    'The items of a version in their order, with personal data masked; words are looked for in the masked text, and `numbers` asks for single ones.',
  permission: 'project:read',
  params: z.object({ datasetVersionId: id }),
  query: z.object({ ...filters, ...itemPlace, numbers }),
  reply: itemPage,
  errors: ['content-deleted'],
});

/** Why somebody has to see personal data; goes into the audit log. */
export const statedPurpose = z.string().trim().min(5).max(500);

export const readRawItems = defineRoute({
  id: 'readRawItems',
  method: 'POST',
  path: '/api/dataset-versions/{datasetVersionId}/raw-items',
  summary: 'The items of a version as they are, for a stated purpose; the audit log says who read which items and why.',
  permission: 'data:read-personal',
  params: z.object({ datasetVersionId: id }),
  body: z.object({ purpose: statedPurpose, ...filters, ...itemPlace }),
  sendsRawLabels: true,
  reply: itemPage,
  errors: ['content-deleted'],
});

const imageParams = z.object({ datasetVersionId: id, number: queryInteger(1, 999_999_999) });

export const getItemImage = defineRoute({
  id: 'getItemImage',
  method: 'GET',
  path: '/api/dataset-versions/{datasetVersionId}/images/{number}',
  summary:
    'The image of an item as it came. Nobody can mask what it shows, so it counts as personal data: the audit log says who read the images of which items.',
  permission: 'data:read-personal',
  params: imageParams,
  stream: 'download',
  errors: ['content-deleted'],
});

export const getItemThumbnail = defineRoute({
  id: 'getItemThumbnail',
  method: 'GET',
  path: '/api/dataset-versions/{datasetVersionId}/images/{number}/thumbnail',
  summary:
    'The image of an item, at most 320 pixels wide and high (WebP), with the same right and in the same audit log as the whole one. There is none of small images, and of those that could not be decoded.',
  permission: 'data:read-personal',
  params: imageParams,
  stream: 'download',
  errors: ['content-deleted'],
});
