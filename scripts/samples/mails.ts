import PostalMime from 'postal-mime';
import { z } from 'zod';
import { randomKey, uniformAt } from '../../worker/src/model/random.ts';

/** The form of a mail file in the package: the raw message and the group that it was collected in. */
export const mailFile = z.object({ group: z.string(), text: z.string() });

/** A mail as the classifier reads it. */
export interface LabelledText {
  text: string;
  labels: ['spam'] | ['ham'];
}

/** Longest text that is kept of a mail: the model reads its beginning only. */
const MOST_CHARACTERS = 2000;

/** Characters by which two mails count as the same one: copies of a mailing differ in numbers, addresses and spaces. */
const FINGERPRINT_CHARACTERS = 200;

/** Subject and readable body of a raw mail, without headers, which would tell the collection apart instead of the content. */
export async function readableText(raw: string): Promise<string> {
  const mail = await PostalMime.parse(raw);
  const body =
    mail.text ?? (mail.html ?? '').replaceAll(/<(style|script)[\s\S]*?<\/\1>/gi, ' ').replaceAll(/<[^>]*>/g, ' ');
  const visible = body.replaceAll(/<[^>\n]{1,200}>/g, ' ');
  return `${mail.subject ?? ''}\n${visible}`
    .toWellFormed()
    .replaceAll(/\p{Cc}+|\s+/gu, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS)
    .toWellFormed();
}

/** What copies of one mail share: its letters alone, from the beginning. */
function fingerprint(text: string): string {
  const letters = text.toLowerCase().replaceAll(/https?:\S+|\S+@\S+|[^\p{L}]/gu, '');
  return letters.slice(0, FINGERPRINT_CHARACTERS);
}

/** Mails without copies of earlier ones: one must not be trained on while the other tests. */
export function withoutCopies(mails: readonly LabelledText[]): LabelledText[] {
  const seen = new Set<string>();
  return mails.filter(({ text }) => {
    const key = fingerprint(text);
    if (key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Divides items in an order that the seed alone decides: a tenth each for validation and test. */
export function tenths<Item>(
  items: readonly Item[],
  seed: number,
): { train: Item[]; validation: Item[]; test: Item[] } {
  const key = randomKey(seed);
  const shuffled = items
    .map((item, index) => ({ item, order: uniformAt(key, index) }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
  const part = Math.floor(items.length / 10);
  return {
    validation: shuffled.slice(0, part),
    test: shuffled.slice(part, 2 * part),
    train: shuffled.slice(2 * part),
  };
}
