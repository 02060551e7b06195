import type { LocalizedText } from '../../api/localized-text.ts';
import { findInColumn } from './preparation/personal-data/find-in-columns.ts';
import { findPersonalData, maskFindings } from './preparation/personal-data/find.ts';
import type { PersonalDataKind } from './preparation/personal-data/kinds.ts';

/** Longest part of a text that is shown, in UTF-16 units. */
const SHOWN = 500;

/** The beginning of a text with its personal data masked, as everybody in a project may see it. */
export function maskedText(text: string): string {
  // Cut after masking: half a number would no longer be found.
  return maskedWhole(text.slice(0, 4 * SHOWN)).slice(0, SHOWN);
}

/** A whole text with its personal data masked. */
export function maskedWhole(text: string): string {
  return maskFindings(text, findPersonalData(text));
}

/** Whether a token of a vocabulary is personal data by itself. */
export function isPersonalToken(token: string): boolean {
  return maskedText(token) !== token;
}

/** The beginning of a named column's value with its personal data masked; the name counts as the words before it ("name: …"). */
export function maskedColumn(name: string, value: string): string {
  const read = value.slice(0, 4 * SHOWN);
  return maskFindings(read, findInColumn(name, read)).slice(0, SHOWN);
}

/** A prompt with its continuation, where the personal data that the continuation holds or completes is masked. */
export function maskedContinuation(prompt: string, text: string): string {
  if (!text.startsWith(prompt)) return maskedWhole(text);
  const written = findPersonalData(text).filter(({ end }) => end > prompt.length);
  return maskFindings(
    text,
    written.map((finding) => ({ ...finding, start: Math.max(finding.start, prompt.length) })),
  );
}

/** Personal data that nothing else has the form of: a message of a program may hold names of devices, methods and files. */
const CERTAIN_KINDS: ReadonlySet<PersonalDataKind> = new Set(['e-mail', 'identity-card', 'bank-card', 'phone']);

const maskedCertain = (text: string): string => maskFindings(text, findPersonalData(text, CERTAIN_KINDS));

const NONE: ReadonlySet<string> = new Set();

/** JSON with every text masked in a way, apart from checksums, ids and the members that are kept by their names. */
function withTextsMasked(value: unknown, mask: (text: string) => string, kept = NONE): unknown {
  if (typeof value === 'string') return /^[0-9a-f-]{32,64}$/.test(value) ? value : mask(value);
  if (Array.isArray(value)) return value.map((member) => withTextsMasked(member, mask, kept));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      kept.has(name) ? member : withTextsMasked(member, mask, kept),
    ]),
  );
}

/** Ids and checksums as they stand in a text, or a number that may be somebody's. */
const RUN = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}|(?<!\d)\d{11,19}(?:X|(?!\d))/gi;

/**
 * The same for lines that are kept for ever, where a number is masked wherever it stands: inside a web address, behind a letter, behind a
 * word that makes it the number of an order.
 */
const maskedForEver = (text: string): string =>
  maskedCertain(text).replace(RUN, (run) => (/^\d+X?$/i.test(run) && run.length < 32 ? maskedCertain(run) : run));

/** JSON in which the personal data that has a form of its own is masked in every text, apart from checksums, ids and the members called so. */
export function maskedRecord(value: unknown, kept: ReadonlySet<string>): unknown {
  return withTextsMasked(value, maskedForEver, kept);
}

/** JSON in which the personal data of every text is masked, apart from checksums and ids. */
export function maskedJson(value: unknown): unknown {
  return withTextsMasked(value, maskedWhole);
}

/** A message of a program, which may repeat a piece of what it worked on, with that personal data masked that has a form of its own. */
export function maskedMessage<Message extends LocalizedText | null>(message: Message): Message {
  if (message === null) return message;
  return Object.fromEntries(
    Object.entries(message).map(([language, text]) => [language, maskedCertain(text)]),
  ) as Message;
}

/** An error with its sentences masked as messages of programs are. */
export function maskedError<Failure extends { readonly message: LocalizedText; readonly advice: LocalizedText } | null>(
  failure: Failure,
): Failure {
  if (failure === null) return failure;
  return { ...failure, message: maskedMessage(failure.message), advice: maskedMessage(failure.advice) };
}
