import { z } from 'zod';
import { job } from '@greenlight/shared/jobs/contract.ts';
import { labelMarkOf, labelText, textOrImagePath } from '@greenlight/shared/stages/data/label-text.ts';
import * as preparations from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import * as tokenizers from '@greenlight/shared/stages/data/tokenizer-job.ts';
import * as importedModels from '@greenlight/shared/stages/training/imported-models.ts';
import * as modelFiles from '@greenlight/shared/stages/training/model-files.ts';
import { expect, test } from 'vitest';
import { allRoutes } from '../../testing/all-routes.ts';
import { JOB_KINDS, LabelFields, partsOf } from './label-fields.ts';

/** Names of fields whose texts are labels, whatever is around the name: `labels`, `actualClass`, `predicted`, `map` … */
const LABEL_NAMES = /label|class|actual|predict|categor|^tasks$|^map$/i;
/** Fields with such a name that hold something else: names of tasks and columns, texts, separators and files. */
const NO_LABELS = /^(?:[\w-]+: (?:tasks\{\}|relabelled|labelSeparator|predictions\w+)|sampleSource: labels)$/;
/** Values that a contract leaves open, each with why no label can be in it unmasked. */
const OPEN_VALUES = new Set([
  // What people wrote of a requirement, and settings of the catalogue.
  ...['before', 'after', 'training', 'configuration'],
  // Only for those who check the log, and written without labels.
  'details',
  // Certificates and evidence of decisions: written here, without labels.
  'content',
]);

const kindOf = (schema: z.core.$ZodType) => (schema as z.core.$ZodTypes)._zod.def.type;

/** Every field of a schema by its own name, with `[]` for members of lists and `{}` for names of members. */
function* fieldsOf(
  schema: z.core.$ZodType,
  name = '',
  above: ReadonlySet<unknown> = new Set(),
): Generator<{ name: string; schema: z.core.$ZodType }> {
  if (above.has(schema)) return;
  const path = new Set([...above, schema]);
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object') {
    for (const [member, of] of Object.entries(def.shape)) yield* fieldsOf(of, member, path);
  } else if (def.type === 'record') {
    yield* fieldsOf(def.keyType, `${name}{}`, path);
    yield* fieldsOf(def.valueType, name, path);
  } else if (partsOf(schema).length > 0) {
    for (const part of partsOf(schema)) yield* fieldsOf(part, name, path);
  } else yield { name, schema };
}

const contracts = [
  ...allRoutes.flatMap(({ id, permission, reply }) =>
    reply && permission !== 'worker' ? [{ id, schema: reply }] : [],
  ),
  ...JOB_KINDS.map(({ kind, result }) => ({ id: kind, schema: result })),
];

test('every field of a contract that is named like a label is marked as one', () => {
  const forgotten: string[] = [];
  const marked = new Set<string>();
  for (const { id, schema } of contracts) {
    for (const field of fieldsOf(schema)) {
      const mark = labelMarkOf(field.schema);
      if (mark !== undefined) marked.add(`${field.name} ${mark}`);
      const isOpen = ['unknown', 'any', 'custom', 'transform'].includes(kindOf(field.schema));
      const isForgotten = isOpen
        ? mark !== 'job-result' && !OPEN_VALUES.has(field.name)
        : kindOf(field.schema) === 'string' &&
          mark !== 'label' &&
          LABEL_NAMES.test(field.name.replace('{}', '')) &&
          !NO_LABELS.test(`${id}: ${field.name}`);
      if (isForgotten) forgotten.push(`${id}: ${field.name}`);
    }
  }
  expect(forgotten).toEqual([]);
  expect([...marked].toSorted()).toEqual([
    ...[
      'actual label',
      'after label',
      'before label',
      'columns label',
      'examples label',
      'label label',
      'labels label',
      'map label',
      'map{} label',
    ],
    ...['predicted label', 'preview image-path', 'result job-result', 'tasks label'],
  ]);
});

test('the results of every kind of job are known', () => {
  const declared = [preparations, tokenizers, importedModels, modelFiles].flatMap((contract) =>
    Object.values(contract).filter((value) => typeof value === 'object' && 'kind' in value && 'payload' in value),
  );
  expect(new Set(declared)).toEqual(new Set(JOB_KINDS));
});

test('labels are replaced where they are marked, and nothing else is touched', () => {
  const fields = new LabelFields({
    ...{ label: (text) => text.toUpperCase(), 'image-path': (path) => `/${path}` },
    'job-result': (result) => result,
  });
  expect(fields.of(z.object({ name: z.string(), list: z.array(z.number()) }))).toBeNull();

  const shape = z.discriminatedUnion('type', [
    z.object({ type: z.literal('of-people'), name: labelText.trim().min(1).nullable() }),
    z.object({ type: z.literal('of-things'), name: z.string() }),
  ]);
  const replace = fields.of(
    z.object({
      id: z.string(),
      shapes: z.array(shape),
      map: z.record(labelText, labelText.nullable()).optional(),
      answer: z.union([labelText, z.array(labelText.max(5)), z.number()]).default(1),
      preview: z.array(textOrImagePath.max(500)),
    }),
  )!;
  const things = { type: 'of-things', name: 'as it is' };
  const value = {
    ...{ id: 'a', shapes: [{ type: 'of-people', name: 'li' }, things, { type: 'of-people', name: null }] },
    ...{ map: { from: 'to', gone: null }, answer: ['one', 'two'], preview: ['p'] },
  };
  expect(replace(value)).toEqual({
    ...{ id: 'a', shapes: [{ type: 'of-people', name: 'LI' }, things, { type: 'of-people', name: null }] },
    ...{ map: { FROM: 'TO', GONE: null }, answer: ['ONE', 'TWO'], preview: ['/p'] },
  });
  expect((replace(value) as typeof value).shapes[1]).toBe(things);
  expect(replace({ ...value, answer: 'one' })).toMatchObject({ answer: 'ONE' });
  expect(replace({ ...value, answer: 7 })).toMatchObject({ answer: 7 });

  const innocent = { id: 'a', shapes: [things], answer: 1, preview: [] };
  expect(replace(innocent)).toBe(innocent);
});

test('the result of a job is read by its kind', () => {
  const fields = new LabelFields({
    ...{ label: (text) => text.toUpperCase(), 'image-path': (path) => path },
    'job-result': (result) => result && { ...result, last: true },
  });
  const replace = fields.of(z.object({ items: z.array(job) }))!;
  const result = { confusion: [{ actual: 'li', predicted: 'wang', count: 1 }], labels: ['no field of it'] };
  const jobs = {
    items: [{ kind: 'evaluate-onnx', result }, { kind: 'export-onnx', result }, { kind: 'evaluate-onnx' }],
  };
  expect(replace(jobs)).toEqual({
    items: [
      {
        kind: 'evaluate-onnx',
        result: { ...result, confusion: [{ actual: 'LI', predicted: 'WANG', count: 1 }], last: true },
      },
      ...[{ kind: 'export-onnx', result: { ...result, last: true } }, { kind: 'evaluate-onnx' }],
    ],
  });
});
