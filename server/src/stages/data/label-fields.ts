import { labelMarkOf, type LabelMark } from '@greenlight/shared/stages/data/label-text.ts';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { measureTokenizerJob, trainTokenizerJob } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { evaluateOnnxJob, inspectOnnxJob } from '@greenlight/shared/stages/training/imported-models.ts';
import { exportOnnxJob } from '@greenlight/shared/stages/training/model-files.ts';
import type { z } from 'zod';

/** Replaces what is marked in a value; answers the same value where nothing of it changes. */
export type Replace = (value: unknown) => unknown;

/** How the marked texts of contracts are replaced, and what becomes of a job's result after that. */
export type Replacements = Readonly<Record<Exclude<LabelMark, 'job-result'>, (text: string) => string>> & {
  readonly 'job-result': Replace;
};

type Schema = z.core.$ZodType;
type Fields = Record<string, unknown>;

/** Every kind of job: replies give their results as they are, and the kind says where their labels are. */
export const JOB_KINDS = [
  prepareDatasetJob,
  trainTokenizerJob,
  measureTokenizerJob,
  inspectOnnxJob,
  evaluateOnnxJob,
  exportOnnxJob,
] as const;

const definitionOf = (schema: Schema) => (schema as z.core.$ZodTypes)._zod.def;

/** The schema that another says more of, such as that it may be left out; null for any other. */
function innerOf(definition: ReturnType<typeof definitionOf>): Schema | null {
  switch (definition.type) {
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'catch':
      return definition.innerType;
    default:
      return null;
  }
}

/** The schemas that a schema is made of, whatever their names. */
export function partsOf(schema: Schema): readonly Schema[] {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case 'object':
      return Object.values(definition.shape);
    case 'array':
      return [definition.element];
    case 'record':
      return [definition.keyType, definition.valueType];
    case 'union':
      return definition.options;
    case 'tuple':
      return [...definition.items, ...(definition.rest === null ? [] : [definition.rest])];
    case 'intersection':
      return [definition.left, definition.right];
    case 'pipe':
      return [definition.in, definition.out];
    case 'lazy':
      return [definition.getter()];
    default: {
      const inner = innerOf(definition);
      return inner === null ? [] : [inner];
    }
  }
}

/** Whether anything in a schema is marked. */
function isMarkedWithin(schema: Schema, above: ReadonlySet<Schema> = new Set()): boolean {
  if (labelMarkOf(schema) !== undefined) return true;
  if (above.has(schema)) return false;
  const path = new Set([...above, schema]);
  return partsOf(schema).some((part) => isMarkedWithin(part, path));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Finds the marked fields of contracts once, so that a reply is changed there and looked at nowhere else. */
export class LabelFields {
  readonly #given: Replacements;
  readonly #known = new Map<Schema, Replace | null>();

  constructor(given: Replacements) {
    this.#given = given;
  }

  /** What replaces the marked texts in values of a schema; null where nothing in it is marked. */
  of(schema: Schema): Replace | null {
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const made = isMarkedWithin(schema) ? this.#made(schema) : null;
    this.#known.set(schema, made);
    return made;
  }

  #made(schema: Schema): Replace {
    const mark = labelMarkOf(schema);
    if (mark === 'label' || mark === 'image-path') {
      const replaced = this.#given[mark];
      return (value) => (typeof value === 'string' ? replaced(value) : value);
    }
    const definition = definitionOf(schema);
    switch (definition.type) {
      case 'object':
        return this.#ofObject(definition.shape);
      case 'array': {
        const replace = this.#made(definition.element);
        return (value) => {
          if (!Array.isArray(value)) return value;
          const members = value.map(replace);
          return members.some((member, index) => member !== value[index]) ? members : value;
        };
      }
      case 'record':
        return this.#ofRecord(this.of(definition.keyType), this.of(definition.valueType));
      case 'union':
        return this.#ofUnion(definition.options, (definition as { discriminator?: string }).discriminator);
      default: {
        const inner = innerOf(definition);
        if (inner === null) throw new Error(`labels within a schema of type ${definition.type} are not found`);
        return this.#made(inner);
      }
    }
  }

  #ofObject(shape: Readonly<Record<string, Schema>>): Replace {
    const fields = Object.entries(shape).flatMap(([name, member]) => {
      if (labelMarkOf(member) === 'job-result') return [[name, this.#ofJobResult(name)] as const];
      const replace = this.of(member);
      return replace === null ? [] : [[name, (all: Fields) => replace(all[name])] as const];
    });
    return (value) => {
      if (!isFields(value)) return value;
      const next = fields
        .map(([name, replace]) => [name, replace(value)] as const)
        .filter(([name, member]) => member !== value[name]);
      return next.length === 0 ? value : { ...value, ...Object.fromEntries(next) };
    };
  }

  #ofJobResult(name: string): (job: Fields) => unknown {
    const ofKind = new Map(JOB_KINDS.map(({ kind, result }) => [kind as unknown, this.of(result)]));
    return (job) => this.#given['job-result'](ofKind.get(job['kind'])?.(job[name]) ?? job[name]);
  }

  #ofRecord(ofName: Replace | null, ofMember: Replace | null): Replace {
    return (value) => {
      if (!isFields(value)) return value;
      let isSame = true;
      const members = Object.entries(value).map(([name, member]) => {
        const next = [
          ofName === null ? name : (ofName(name) as string),
          ofMember === null ? member : ofMember(member),
        ] as const;
        if (next[0] !== name || next[1] !== member) isSame = false;
        return next;
      });
      return isSame ? value : Object.fromEntries(members);
    };
  }

  #ofUnion(options: readonly Schema[], discriminator: string | undefined): Replace {
    const marked = options.flatMap((option) => {
      const replace = this.of(option);
      const told = discriminator === undefined ? undefined : option._zod.propValues?.[discriminator];
      return replace === null ? [] : [{ replace, told }];
    });
    return (value) => {
      let next = value;
      for (const { replace, told } of marked) {
        if (told === undefined || (isFields(value) && told.has(value[discriminator!] as z.core.util.Primitive))) {
          next = replace(next);
        }
      }
      return next;
    };
  }
}
