import { z } from 'zod';
import type { DatasetItem } from '../content.ts';
import { findPersonalData } from '../preparation/personal-data/find.ts';
import { foldText } from '../preparation/personal-data/fold.ts';

/** How a person is known: each kind has its own ways of being written. */
export const IDENTIFIER_KINDS = ['e-mail', 'phone', 'identity-card', 'bank-card', 'name', 'text'] as const;

/** What a person is known by. */
export const identifier = z.object({ kind: z.enum(IDENTIFIER_KINDS), value: z.string().trim().min(1).max(200) });

/** What a person is known by. */
export type Identifier = z.infer<typeof identifier>;

const BETWEEN_DIGITS = String.raw`[\s\-._()/]{0,3}`;
const AT = String.raw`(?:\s?(?:@|[\[({（【]\s?(?:at|@)\s?[\])}）】])\s?|\s+at\s+)`;
const DOT = String.raw`(?:\.|。|\s?[\[(](?:dot|\.)[\])]\s?| \. |\sdot\s)`;

function folded(text: string): string {
  return foldText(text).text.toLowerCase();
}

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
const isHan = (text: string) => /^[\u3400-\u9fff·\s]+$/.test(text);

/** The one form of an identifier whatever way it was written; null where the value is none of its kind. */
export function canonicalIdentifier({ kind, value }: Identifier): string | null {
  const plain = folded(value).trim();
  const digits = plain.replaceAll(/\D/g, '');
  switch (kind) {
    case 'e-mail': {
      const address = plain.replace(new RegExp(AT), '@').replaceAll(new RegExp(DOT, 'g'), '.').replaceAll(/\s/g, '');
      return /^[^@\s]{1,64}@[^@\s]{1,200}\.[a-z0-9-]{2,}$/.test(address) ? address : null;
    }
    case 'phone': {
      const number = digits.replace(/^00/, '').replace(/^86(?=1[3-9]\d{9}$)/, '');
      return number.length >= 7 && number.length <= 15 ? number : null;
    }
    case 'identity-card': {
      const number = plain.replaceAll(/[^0-9x]/g, '');
      return /^(?:\d{15}|\d{17}[\dx])$/.test(number) ? number : null;
    }
    case 'bank-card':
      return digits.length >= 13 && digits.length <= 19 ? digits : null;
    case 'name':
    case 'text': {
      const text = plain.replaceAll(/\s+/g, ' ');
      return text.length >= (isHan(text) ? 2 : 3) ? text : null;
    }
  }
}

function patternOf(kind: Identifier['kind'], canonical: string): string {
  switch (kind) {
    case 'e-mail': {
      const [local = '', domain = ''] = canonical.split('@');
      const labels = domain.split('.').map(escaped).join(DOT);
      return String.raw`(?<![a-z0-9._%+-])${escaped(local)}(?:\+[a-z0-9._-]{1,30})?${AT}${labels}(?![a-z0-9-])(?!\.[a-z]{2,3}(?![a-z]))`;
    }
    case 'phone':
      return String.raw`(?<!\d)(?:\+?(?:00)?(?:86)?${BETWEEN_DIGITS})?${[...canonical].join(BETWEEN_DIGITS)}(?!\d)`;
    case 'bank-card':
      return String.raw`(?<!\d)${[...canonical].join(BETWEEN_DIGITS)}(?!\d)`;
    case 'identity-card':
      return String.raw`(?<!\d)${[...canonical].join(BETWEEN_DIGITS)}(?![\da-z])`;
    case 'name': {
      if (isHan(canonical)) return [...canonical.replaceAll(/[\s·]/g, '')].join(String.raw`[\s·]{0,2}`);
      const words = canonical.split(' ').map(escaped);
      const reversed =
        words.length > 1 ? String.raw`|${words.at(-1)},\s?${words.slice(0, -1).join(String.raw`\s+`)}` : '';
      return String.raw`(?<![a-z])(?:${words.join(String.raw`\s+(?:[a-z]\.?\s+)?`)}${reversed})(?![a-z])`;
    }
    case 'text':
      return canonical
        .split(' ')
        .map(escaped)
        .join(String.raw`\s+`);
  }
}

/** Whether a Chinese name goes on where the match ends, so that it is somebody else's: 张三 in 张三丰. */
function isLongerName(text: string, start: number, end: number): boolean {
  return findPersonalData(text, new Set(['name'])).some((name) => name.start === start && name.end > end);
}

/** Looks for a person in texts and items. */
export interface IdentifierMatcher {
  inText(text: string): boolean;
  /** In the text, the further columns, or the labels of any task. */
  inItem(item: DatasetItem): boolean;
}

/** A matcher for any of the identifiers, however they are written; those that are none of their kind match nothing. */
export function identifierMatcher(identifiers: readonly Identifier[]): IdentifierMatcher {
  const patterns = identifiers.flatMap((one) => {
    const canonical = canonicalIdentifier(one);
    if (canonical === null) return [];
    const isName = one.kind === 'name' && isHan(canonical);
    return [{ pattern: new RegExp(patternOf(one.kind, canonical), 'g'), isName }];
  });

  function inText(text: string): boolean {
    const plain = folded(text);
    return patterns.some(({ pattern, isName }) => {
      for (const match of plain.matchAll(pattern)) {
        const end = match.index + match[0].length;
        if (!isName || !isLongerName(plain, match.index, end)) return true;
      }
      return false;
    });
  }

  return {
    inText,
    inItem: ({ text, columns, labels, tasks = {} }) =>
      inText(text) ||
      (columns !== undefined && Object.values(columns).some(inText)) ||
      (labels !== undefined && labels.some(inText)) ||
      Object.values(tasks).some((answer) => [answer].flat().some((one) => typeof one === 'string' && inText(one))),
  };
}
