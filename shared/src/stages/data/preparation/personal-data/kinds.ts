import { z } from 'zod';

/** The kinds of personal data that are looked for, the most telling first: where two overlap alike, the earlier one counts. */
export const PERSONAL_DATA_KINDS = [
  'e-mail',
  'identity-card',
  'bank-card',
  'phone',
  'ip-address',
  'web-address',
  'name',
] as const;

/** A kind of personal data. */
export const personalDataKind = z.enum(PERSONAL_DATA_KINDS);

/** A kind of personal data. */
export type PersonalDataKind = z.infer<typeof personalDataKind>;

/** What stands in a text instead of a masked finding. */
export const PLACEHOLDERS: Readonly<Record<PersonalDataKind, string>> = {
  'e-mail': '[EMAIL]',
  'identity-card': '[ID_CARD]',
  'bank-card': '[BANK_CARD]',
  phone: '[PHONE]',
  'ip-address': '[IP]',
  'web-address': '[URL]',
  name: '[NAME]',
};

/** Personal data in a text: `start` included, `end` excluded, in UTF-16 units of the text as given. */
export interface PersonalDataFinding {
  readonly kind: PersonalDataKind;
  readonly start: number;
  readonly end: number;
}

/** Part of a text, in UTF-16 units: `start` included, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
