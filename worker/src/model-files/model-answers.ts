import { answersForSecondOfTwo, outputWidth } from '@greenlight/shared/stages/training/imported-model-rules.ts';
import type { ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import type { ForeignArray, ForeignFeed } from '../runtime/foreign-session.ts';
import { ModelFileError } from './inspect-file.ts';

/** One column that speaks of the second of two classes as two of the same kind: logits 0 and z, or probabilities 1 − p and p. */
function inTwoColumns(column: Float32Array, { outputKind }: ModelMapping): Float32Array {
  return Float32Array.from({ length: 2 * column.length }, (_, place) => {
    const value = column[Math.floor(place / 2)] ?? Number.NaN;
    if (place % 2 === 1) return value;
    return outputKind === 'logits' ? 0 : 1 - value;
  });
}

/** How far rounding may take a probability beyond 0 or 1: numbers in half precision have three digits. */
const ROUNDING = 1e-3;

/** An output's numbers as they are said to be, no probability beyond 0 or 1 by rounding; throws a `ModelFileError` for probabilities that are none. */
function ofKind(values: Float32Array, { outputKind, output }: ModelMapping): Float32Array {
  if (outputKind !== 'probabilities') return values;
  const other = values.find((value) => value < -ROUNDING || value > 1 + ROUNDING);
  if (other !== undefined) {
    throw new ModelFileError({
      zh: `映射说输出“${output}”是概率，但模型给出了 ${other}：请把输出内容改为 logits，或选择其他输出。`,
      en: `The output '${output}' is said to hold probabilities, but the model answered ${other}: choose logits as what it holds, or another output.`,
    });
  }
  return values.map((value) => Math.min(1, Math.max(0, value)));
}

/** What an output means: softmax rows or sigmoids of logits, or probabilities and numbers as they are. */
function answersOf(values: Float32Array, { outputKind, task, labels }: ModelMapping): Float32Array {
  if (outputKind !== 'logits') return values;
  if (task === 'multi-label') return values.map((value) => 1 / (1 + Math.exp(-value)));
  const probabilities = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += labels.length) {
    const row = values.subarray(start, start + labels.length);
    const largest = Math.max(...row);
    const powers = Array.from(row, (value) => Math.exp(value - largest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, column) => (probabilities[start + column] = power / total));
  }
  return probabilities;
}

const WHOLE_NUMBER = /^-?\d+$/;

/**
 * The likeliest classes as probabilities of 1. A number is the name of a class where all classes are called by numbers, and else its place;
 * throws a `ModelFileError` for a class that the mapping does not name.
 */
function ofClasses(given: ForeignFeed, { labels, output }: ModelMapping): Float32Array {
  const answers: readonly (string | number)[] = 'texts' in given ? given.texts : [...given.numbers];
  const areNumbered = 'texts' in given || labels.every((label) => WHOLE_NUMBER.test(label));
  const place = new Map(labels.map((label, index): [string, number] => [areNumbered ? label : String(index), index]));
  const probabilities = new Float32Array(answers.length * labels.length);
  for (const [row, answer] of answers.entries()) {
    const column = place.get(String(answer));
    if (column === undefined) {
      const named = String(answer).slice(0, 100);
      throw new ModelFileError({
        zh: `输出“${output}”给出了类别“${named}”，它不在映射的 ${labels.length} 个类别之中。`,
        en: `The output '${output}' named the class '${named}', which is none of ${labels.length} in the mapping.`,
      });
    }
    probabilities[row * labels.length + column] = 1;
  }
  return probabilities;
}

function refusedCount({ shape }: ForeignFeed, rows: number, width: number): ModelFileError {
  const answered = shape.join(' × ');
  return new ModelFileError({
    zh: `模型对 ${rows} 条数据给出了 ${answered} 个值，而不是每条 ${width} 个。`,
    en: `The model answered ${answered} values for ${rows} items, not ${width} for each.`,
  });
}

function ofNumbers(given: ForeignArray, rows: number, mapping: ModelMapping): Float32Array {
  const width = outputWidth(mapping);
  const isSecondOnly = given.numbers.length === rows && answersForSecondOfTwo(mapping, 1);
  if (given.numbers.length !== rows * width && !isSecondOnly) throw refusedCount(given, rows, width);
  const values = ofKind(Float32Array.from(given.numbers), mapping);
  return answersOf(isSecondOnly ? inTwoColumns(values, mapping) : values, mapping);
}

/** What an output says of so many rows: probabilities of the labels, or numbers; throws a `ModelFileError` for an output that does not hold what the mapping says. */
export function answersFrom(given: ForeignFeed, rows: number, mapping: ModelMapping): Float32Array {
  if (mapping.outputKind === 'classes') {
    const count = 'texts' in given ? given.texts.length : given.numbers.length;
    if (count !== rows) throw refusedCount(given, rows, 1);
    return ofClasses(given, mapping);
  }
  if ('texts' in given) {
    throw new ModelFileError({
      zh: `输出“${mapping.output}”给出的是文本，不是数值。`,
      en: `The output '${mapping.output}' gives texts, not numbers.`,
    });
  }
  return ofNumbers(given, rows, mapping);
}
