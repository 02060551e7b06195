import { valuesOfItem } from '@greenlight/shared/stages/training/imported-model-rows.ts';
import type {
  DeclaredTensor,
  InputFill,
  ModelDescription,
  ModelMapping,
} from '@greenlight/shared/stages/training/imported-models.ts';

/** A mapping as its form holds it: ids as text, no mask as an empty text. */
export interface MappingValues {
  readonly input: ModelMapping['input'];
  readonly inputIds: string;
  readonly attentionMask: string;
  /** What each further input holds, by its name; only what is neither ids nor mask counts. */
  readonly fills: Record<string, InputFill>;
  readonly features: string;
  readonly texts: string;
  /** The columns that fill each input, by its name. */
  readonly columns: Record<string, string[]>;
  readonly output: string;
  /** Of no use for a regression. */
  readonly outputKind: Exclude<ModelMapping['outputKind'], 'values'>;
  readonly task: ModelMapping['task'];
  readonly labels: string[];
  readonly before: string;
  readonly after: string;
  readonly paddingId: number;
  readonly maxTokens: number;
}

const NO_MASK = '';

function idsOf(text: string): number[] {
  return text.split(/[\s,]+/).flatMap((part) => (/^\d+$/.test(part) ? [Number(part)] : []));
}

/** What an input's name says of what it holds: BERT's token types are zeros. */
function likelyFill(name: string): InputFill {
  return name.includes('position') ? 'positions' : 'zeros';
}

/** The inputs of a model of texts that take neither its ids nor the mask. */
export function otherInputs(
  { inputs }: Pick<ModelDescription, 'inputs'>,
  { inputIds, attentionMask }: Pick<MappingValues, 'inputIds' | 'attentionMask'>,
): string[] {
  return inputs.map(({ name }) => name).filter((name) => name !== inputIds && name !== attentionMask);
}

const namesClass = ({ name, type }: DeclaredTensor): boolean => type === 'string' || name.includes('label');

/** The task that an output suggests. */
function likelyTask(output: DeclaredTensor | undefined): ModelMapping['task'] {
  if (output !== undefined && !isFloat(output) && namesClass(output)) return 'single-label';
  const isNumber = output !== undefined && (output.shape.length === 1 || output.shape[1] === 1);
  return isNumber ? 'regression' : 'single-label';
}

const isFloat = ({ type }: DeclaredTensor): boolean => type.startsWith('float');

function likelyKind(output: DeclaredTensor | undefined): MappingValues['outputKind'] {
  if (output !== undefined && !isFloat(output)) return 'classes';
  return output?.name.includes('prob') === true ? 'probabilities' : 'logits';
}

/** What the types of the inputs suggest that a model is asked with. */
function likelyInput(inputs: readonly DeclaredTensor[]): ModelMapping['input'] {
  if (inputs.some((input) => input.type.startsWith('int') && valuesOfItem(input) !== 1)) return 'text';
  if (inputs.length > 1) return 'columns';
  return inputs.some(({ type }) => type === 'string') ? 'raw-text' : 'features';
}

/** What the form begins with: the mapping that was saved, or what the names and types of the model suggest. */
export function mappingValues({ inputs, outputs }: ModelDescription, saved: ModelMapping | null): MappingValues {
  const named = (part: string) => inputs.find(({ name }) => name.includes(part))?.name;
  const text = saved?.input === 'text' ? saved : null;
  const filled = saved?.input === 'columns' ? saved.columnInputs : [];
  const first = inputs[0]?.name ?? '';
  // What classifiers give besides is the likeliest label itself.
  const answer = outputs.find(isFloat) ?? outputs[0];
  return {
    input: saved?.input ?? likelyInput(inputs),
    inputIds: text?.inputIds ?? named('input_ids') ?? named('ids') ?? first,
    attentionMask: (text === null ? named('mask') : text.attentionMask) ?? NO_MASK,
    fills: Object.fromEntries(
      inputs.map(({ name }) => [
        name,
        text?.otherInputs.find((other) => other.name === name)?.fill ?? likelyFill(name),
      ]),
    ),
    features: saved?.input === 'features' ? saved.features : first,
    texts: saved?.input === 'raw-text' ? saved.texts : (inputs.find(({ type }) => type === 'string')?.name ?? first),
    columns: Object.fromEntries(
      inputs.map(({ name }) => [name, filled.find((input) => input.name === name)?.columns ?? [name]]),
    ),
    output: saved?.output ?? answer?.name ?? '',
    outputKind: saved === null || saved.outputKind === 'values' ? likelyKind(answer) : saved.outputKind,
    task: saved?.task ?? likelyTask(answer),
    labels: saved?.labels ?? answer?.columns ?? [],
    before: (text?.before ?? [1]).join(' '),
    after: (text?.after ?? []).join(' '),
    paddingId: text?.paddingId ?? 0,
    maxTokens: text?.maxTokens ?? 128,
  };
}

/** The mapping that a filled form says. */
export function mappingOf(values: MappingValues, description: Pick<ModelDescription, 'inputs'>): ModelMapping {
  const { output, task, inputIds, attentionMask, paddingId, maxTokens } = values;
  const answers =
    task === 'regression'
      ? { output, outputKind: 'values' as const, task, labels: [] }
      : { output, outputKind: values.outputKind, task, labels: values.labels };
  if (values.input === 'features') return { input: 'features', ...answers, features: values.features };
  if (values.input === 'raw-text') return { input: 'raw-text', ...answers, texts: values.texts };
  if (values.input === 'columns') {
    const columnInputs = description.inputs.map(({ name }) => ({ name, columns: values.columns[name] ?? [name] }));
    return { input: 'columns', ...answers, columnInputs };
  }
  return {
    input: 'text',
    ...answers,
    inputIds,
    attentionMask: attentionMask === NO_MASK ? null : attentionMask,
    otherInputs: otherInputs(description, values).map((name) => ({
      name,
      fill: values.fills[name] ?? likelyFill(name),
    })),
    before: idsOf(values.before),
    after: idsOf(values.after),
    paddingId,
    maxTokens,
  };
}
