import { inLanguage, localizedText, type Language } from '@greenlight/shared/api/localized-text.ts';
import type { CertificateWithCopies } from '@greenlight/shared/stages/data/retention-contract.ts';
import type { TFunction } from 'i18next';

import { formatExactCount } from '../../ui/numbers.ts';
import { formatMoment } from '../../ui/time.ts';
import { NOTHING } from '../../ui/nothing.ts';

/** The order in which people read what a certificate says; the database keeps none. */
const ORDER: readonly string[] = [
  ...['kind', 'reason', 'of', 'worker', 'dataset', 'version', 'number', 'id', 'field', 'where', 'because'],
  ...['items', 'removedItems', 'renamedColumnsInItems', 'contentSha256', 'sha256', 'sizeBytes', 'keptUntil'],
  ...['deletedAt', 'deletedBy', 'destroyedAt', 'removedAt', 'successor', 'erasureId', 'requestedBy', 'requestedAt'],
  ...['confirmedBy', 'confirmedAt', 'finishedAt', 'identifiers', 'erased', 'samples', 'previews', 'labels'],
  ...['predictions', 'descriptions', 'uploads', 'preparations', 'tokenizers', 'runs', 'evaluations', 'otherTexts'],
  ...['changedDescriptions', 'tokenizersDeleted', 'searched', 'openPoints', 'namesThePersonAndIsKept'],
  ...['moreThatNameThePerson', 'auditEventsThatNameThePerson', 'auditLinesThatNameThePerson'],
  ...['modelFilesThatNameThePerson', 'runsTrainedOnErasedItems', 'runsTrainedOnIt', 'versionsUnderLegalHold'],
  ...['copiesOnWorkers', 'daysOfCopiesOnWorkers', 'frozenByDesign', 'outOfReach', 'kept'],
];

/** The place of a field in this order; unknown ones come last. */
function placeOf(field: string): number {
  const place = ORDER.indexOf(field);
  return place < 0 ? ORDER.length : place;
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const HASH_OR_ID = /^[0-9a-f-]{32,}$/;

/** What a certificate says, in the words of a language. */
export type CertificateReading =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'moment'; readonly text: string; readonly moment: string }
  | { readonly kind: 'code'; readonly text: string }
  /** What a person wrote. */
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'list'; readonly members: readonly CertificateReading[] }
  | {
      readonly kind: 'facts';
      readonly facts: readonly { readonly key: string; readonly name: string; readonly value: CertificateReading }[];
    };

/** The words of the certificates in the language of the page. */
export interface CertificateWords {
  readonly t: TFunction<'privacy'>;
  readonly language: Language;
}

/** Rising numbers with neighbours joined: 3, 5–7. */
function rangesOf(numbers: readonly number[], language: Language): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] + 1 === number) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges
    .map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`))
    .join(language === 'zh' ? '、' : ', ');
}

/** Everything that the content of a certificate says, in the words of a language where it has some and else by its own names. */
export function readCertificate(content: unknown, { t, language }: CertificateWords): CertificateReading {
  const words = (text: string): CertificateReading => ({ kind: 'words', text });
  const known = (key: string, otherwise: string): string =>
    (t as (key: string, options: { defaultValue: string }) => string)(key, { defaultValue: otherwise });

  function ofText(key: string, text: string): CertificateReading {
    const word = known(`certificate.value.${key}.${text.replaceAll(/[:.]/g, '-')}`, '');
    if (word !== '') return words(word);
    if (MOMENT.test(text)) return { kind: 'moment', text: formatMoment(text, language), moment: text };
    return { kind: HASH_OR_ID.test(text) ? 'code' : 'raw', text };
  }

  function reading(key: string, value: unknown): CertificateReading {
    if (value === null || value === undefined) return words(NOTHING);
    if (typeof value === 'number') return words(formatExactCount(value));
    if (typeof value === 'boolean') return words(t(value ? 'certificate.yes' : 'certificate.no'));
    if (typeof value === 'string') return ofText(key, value);
    if (Array.isArray(value)) {
      if (value.length === 0) return words(t('certificate.none'));
      if (value.every((member) => typeof member === 'number')) return words(rangesOf(value, language));
      return { kind: 'list', members: value.map((member) => reading(key, member)) };
    }
    const name = localizedText.safeParse(value);
    if (name.success) return { kind: 'raw', text: inLanguage(name.data, language) };
    const ordered = Object.entries(value).toSorted(([one], [other]) => placeOf(one) - placeOf(other));
    const facts = ordered.map(([member, of]) => ({
      ...{ key: member, name: known(`certificate.field.${member}`, member) },
      value: reading(member, of),
    }));
    return { kind: 'facts', facts };
  }

  return reading('', content);
}

/** A certificate as a Markdown document for people who do not have the page. */
export function certificateDocument(
  certificate: Pick<CertificateWithCopies, 'id' | 'sha256' | 'content' | 'copiesOnWorkers'>,
  verdict: string,
  words: CertificateWords,
): string {
  const { t } = words;
  const [colon, semicolon, opening, closing] =
    words.language === 'zh' ? ['：', '；', '（', '）'] : [': ', '; ', ' (', ')'];
  const indented = (depth: number, text: string) => `${'  '.repeat(depth)}- ${text}`;
  // What people wrote must not become marks of the document.
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_<>[\]#|]/g, String.raw`\$&`);

  function lines(reading: CertificateReading, depth: number): string[] {
    if (reading.kind === 'list') {
      return reading.members.flatMap((member, index) =>
        member.kind === 'facts' ? [indented(depth, `${index + 1}`), ...lines(member, depth + 1)] : lines(member, depth),
      );
    }
    if (reading.kind !== 'facts') return [indented(depth, plain(reading.text))];
    return reading.facts.flatMap(({ name, value }) =>
      value.kind === 'list' || value.kind === 'facts'
        ? [indented(depth, `**${name}**`), ...lines(value, depth + 1)]
        : [indented(depth, `**${name}**${colon}${plain(value.text)}`)],
    );
  }

  const copies = certificate.copiesOnWorkers.map(({ worker, state, at, lastSeenAt, stated }) => {
    const moment = at === null ? '' : `${opening}${formatMoment(at, words.language)}${closing}`;
    const lastSeen = `${t('certificate.copies.lastSeenAt')} ${formatMoment(lastSeenAt, words.language)}`;
    const found = `${t(`certificate.copies.state.${state}`)}${moment}`;
    const line = `- **${plain(worker)}**${colon}${found}${semicolon}${lastSeen}`;
    if (stated === null) return line;
    const outcome = t(`certificate.copies.outcome.${stated.outcome}`);
    const who = { outcome, by: plain(stated.by), at: formatMoment(stated.at, words.language) };
    return `${line}\n  ${t('certificate.copies.stated', who)} ${plain(stated.reason)}`;
  });
  if (copies.length === 0) copies.push(t('certificate.copies.none'));

  return [
    `# ${t('certificate.title')}`,
    '',
    verdict,
    '',
    ...lines(readCertificate(certificate.content, words), 0),
    '',
    `## ${t('certificate.field.copiesOnWorkers')}`,
    '',
    ...copies,
    '',
    t('certificate.copies.hint'),
    '',
    `## ${t('certificate.proof')}`,
    '',
    `- **${t('certificate.id')}**${colon}${certificate.id}`,
    `- **SHA-256**${colon}${certificate.sha256}`,
    '',
    t('certificate.proofHint'),
    '',
  ].join('\n');
}
