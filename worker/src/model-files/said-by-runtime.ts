import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';

/** Longest part of a message that is repeated. */
const MOST_CHARACTERS = 500;
/** Longest part that is read: a message repeats names of the file, which may be as long as it pleases. */
const MOST_READ = 4 * MOST_CHARACTERS;

/** Where in its sources the runtime noticed something: a file with a line, the function there, and the number of the error. */
const PLACE =
  /\S+\.(?:cc|h):\d+ (?:(?:[\w:*&<>]+ )*?\w+::[\w:~<>]+\(.*?\)(?: const)?|\w+) (?:\[ONNXRuntimeError\] : \d+ : \w+ : )?/gs;

/** What the runtime says, in its own words, after what failed; without the places in its sources, which tell nobody who has a model anything. */
export function saidByRuntime(failed: InBothLanguages, error: unknown): InBothLanguages {
  const message = error instanceof Error ? error.message : String(error);
  const said = message.slice(0, MOST_READ).replaceAll(PLACE, '').slice(0, MOST_CHARACTERS).trim();
  return { zh: `${failed.zh}：${said}`, en: `${failed.en}: ${said}` };
}
