import { z } from 'zod';

/** Joiners of emoji and of scripts that need them; anywhere else they only make two names that look alike. */
const WANTED_JOINERS =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})|(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}])[\u200c\u200d]/gu;

/** What nobody sees: controls, marks of direction, joiners, blanks without width and fillers. */
const UNSEEN = /[\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0\u2028\u2029]/gu;

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
