import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';
import { MAX_ROW_INPUTS, tensorName } from '@greenlight/shared/stages/training/imported-model-rows.ts';
import type { GraphProto } from 'onnx-buf';

/** A model of many tasks, or with an output for each of the most classes there may be, has fewer. */
const MOST_OUTPUTS = 2 * MAX_ROW_INPUTS;

/** Longest part of a name that a sentence repeats. */
const MOST_SHOWN = 40;

/** Controls and ends of lines, and what bytes that are no UTF-8 are read as: the runtime ends a name at its first NUL, and no question can spell the others as they are. */
const UNSPEAKABLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufffd]/u;
const ALL_UNSPEAKABLE = new RegExp(UNSPEAKABLE, 'gu');

type Side = 'input' | 'output';

const SIDES: Record<Side, InBothLanguages> = {
  input: { zh: '输入', en: 'input' },
  output: { zh: '输出', en: 'output' },
};

/** A name as a sentence can hold it, with a picture in place of what cannot be seen. */
function shown(name: string): string {
  return name.slice(0, MOST_SHOWN).replaceAll(ALL_UNSPEAKABLE, '\ufffd') + (name.length > MOST_SHOWN ? '…' : '');
}

/** Why nobody could ask a model by such a name, or read such an output; null where they can. */
function fault(name: string, side: Side, isKnown: boolean): InBothLanguages | null {
  const { zh, en } = SIDES[side];
  if (name === '') return { zh: `有一个${zh}没有名称`, en: `an ${en} has no name` };
  const named = { zh: `${zh}“${shown(name)}”`, en: `the ${en} '${shown(name)}'` };
  if (UNSPEAKABLE.test(name)) {
    return {
      zh: `${named.zh}的名称含有控制字符或不是有效的 UTF-8`,
      en: `the name of ${named.en} holds control characters or is not valid UTF-8`,
    };
  }
  // What JavaScript keeps for itself: a question's field of this name is lost.
  if (name === '__proto__')
    return { zh: `${named.zh}的名称是保留字`, en: `the name of ${named.en} is a reserved word` };
  if (!tensorName.safeParse(name).success) {
    return {
      zh: `${named.zh}的名称有 ${name.length} 个字符，过长`,
      en: `the name of ${named.en} is too long, with ${name.length} characters`,
    };
  }
  return isKnown ? { zh: `有两个${named.zh}`, en: `there are two of ${named.en}` } : null;
}

function firstFault(names: readonly string[], side: Side, most: number): InBothLanguages | null {
  const { zh, en } = SIDES[side];
  const known = new Set<string>();
  for (const name of names) {
    const found = fault(name, side, known.has(name));
    if (found !== null) return found;
    known.add(name);
  }
  if (names.length <= most) return null;
  return {
    zh: `模型有 ${names.length} 个${zh}，最多可用 ${most} 个`,
    en: `the model has ${names.length} ${en}s, of which ${most} at most can be used`,
  };
}

/** What is wrong with the names of a graph's inputs and outputs, and what to do about it; null where a question can name each. */
export function unusableNames({ input, output, initializer, sparseInitializer }: GraphProto): InBothLanguages | null {
  // Files of before 2019 list weights among the inputs, which nobody is asked for.
  const weights = new Set([
    ...initializer.map(({ name }) => name),
    ...sparseInitializer.map(({ values }) => values?.name),
  ]);
  const asked = input.map(({ name }) => name).filter((name) => name === '' || !weights.has(name));
  const outputs = output.map(({ name }) => name);
  const found = firstFault(asked, 'input', MAX_ROW_INPUTS) ?? firstFault(outputs, 'output', MOST_OUTPUTS);
  if (found === null) return null;
  return {
    zh: `${found.zh}，因此无法向模型提问。请给每个输入和输出起一个不重复、不超过 200 个字符的普通名称后重新导出。`,
    en: `A question could not be put: ${found.en}. Give each input and output a plain name of its own, of at most 200 characters, and export the model again.`,
  };
}
