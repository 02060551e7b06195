import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';
import { ForeignValueError } from '../runtime/foreign-session.ts';
import { sentenceFor } from './runtime-sentences.ts';

/** Longest part of a message that is repeated. */
const MOST_CHARACTERS = 500;
/** Longest part that is read: a message repeats names of the file, which may be as long as it pleases. */
const MOST_READ = 4 * MOST_CHARACTERS;

/** Where in its sources the runtime noticed something: a file with a line, the function there, and the number of the error. */
const PLACE =
  /\S+\.(?:cc|h):\d+ (?:(?:[\w:*&<>]+ )*?\w+::[\w:~<>]+\(.*?\)(?: const)?|\w+) (?:\[ONNXRuntimeError\] : \d+ : \w+ : )?/gs;

/**
 * What failed, and why: in a sentence of our own for what the runtime says often, otherwise in its own words, marked as such and without the
 * places in its sources, which tell nobody who has a model anything.
 */
export function saidByRuntime(failed: InBothLanguages, error: unknown): InBothLanguages {
  if (error instanceof ForeignValueError) return after(failed, error.said);
  const message = error instanceof Error ? error.message : String(error);
  const words = message.slice(0, MOST_READ).replaceAll(PLACE, '');
  const said = words.slice(0, MOST_CHARACTERS).trim();
  return after(
    failed,
    sentenceFor(words) ?? { zh: `ONNX Runtime 的原话是“${said}”`, en: `ONNX Runtime says “${said}”` },
  );
}

function after(failed: InBothLanguages, why: InBothLanguages): InBothLanguages {
  return { zh: `${failed.zh}：${why.zh}`, en: `${failed.en}: ${why.en}` };
}
