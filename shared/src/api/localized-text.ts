import { z } from 'zod';

/** The languages that every screen and message exists in. */
export const LANGUAGES = ['zh', 'en'] as const;

/** A language of the product. */
export type Language = (typeof LANGUAGES)[number];

/** Text that a person wrote in one language, or that the product ships in both; at least one is present. */
export const localizedText = z
  .object({ zh: z.string().max(20_000).optional(), en: z.string().max(20_000).optional() })
  .refine(
    (text) => text.zh !== undefined || text.en !== undefined,
    saying({ en: 'one language is needed', zh: '至少要有一种语言的文字' }),
  )
  .meta({ id: 'LocalizedText' });

/** Text in Chinese, English or both. */
export type LocalizedText = z.infer<typeof localizedText>;

/** Text that the product itself says, in both languages. */
export type InBothLanguages = Required<LocalizedText>;

/** The text in the reader's language, or in the language that exists; an empty text is none. */
export function inLanguage(text: LocalizedText, language: Language): string {
  return text[language] || text.zh || text.en || '';
}

/** What a check of a contract says where it fails, as zod takes it: the server answers in the reader's language. */
export function saying({ en, zh }: { en: string; zh: string }): { message: string; params: { zh: string } } {
  return { message: en, params: { zh } };
}
