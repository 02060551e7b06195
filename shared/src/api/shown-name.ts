import { z } from 'zod';
import { localizedText, saying, type LocalizedText } from './localized-text.ts';

/** Joiners of emoji and of scripts that need them; anywhere else they only make two names that look alike. */
const WANTED_JOINERS =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})|(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}])[\u200c\u200d]/gu;

/**
 * What nobody sees: controls, marks of direction, joiners, blanks without width and fillers, the blank of Braille outside of it, and what chooses the form of
 * a character where there is none that has two; not the signs of a number or of a verse, which are formats to Unicode as well.
 */
const UNSEEN =
  /(?<![\p{L}\p{N}\p{P}\p{S}])\p{Variation_Selector}|(?<=[A-Za-z])\p{Variation_Selector}|(?!\p{Variation_Selector})[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029\ufff9-\ufffb]|(?<![\u2801-\u28ff])\u2800|\u2800(?![\u2801-\u28ff])/gu;

/** A name as it is seen: in one line and one form of Unicode, without characters that hide or turn round what stands there. */
export function seenName(name: string): string {
  const kept = [...name.matchAll(WANTED_JOINERS)].map(({ index }) => index);
  return name
    .replaceAll(/[\t\r\n\u2028\u2029]+/g, (blank) => ' '.repeat(blank.length))
    .replaceAll(UNSEEN, (character, index: number) => (kept.includes(index) ? character : ''))
    .normalize('NFC')
    .replaceAll(/ {2,}/g, ' ');
}

/** A name that others read and must not take for another one: what cannot be seen of it is left out. */
export function shownName(longest: number) {
  return z.string().overwrite(seenName).trim().min(1).max(longest);
}

function seenText({ zh, en }: LocalizedText): LocalizedText {
  return { ...(zh === undefined ? {} : { zh: seenName(zh) }), ...(en === undefined ? {} : { en: seenName(en) }) };
}

/** The same for a name in Chinese, English or both. */
export const shownLocalizedName = localizedText
  .overwrite(seenText)
  .refine(
    (text) => [text.zh, text.en].some((part) => part?.trim()),
    saying({ en: 'a name is needed', zh: '请填写名称' }),
  );
