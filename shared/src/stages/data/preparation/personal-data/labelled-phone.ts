import { isDigit } from './characters.ts';
import { endsFree } from './number-context.ts';
import type { Span } from './kinds.ts';
import type { NumberGroups } from './number-groups.ts';

/*
 * Numbers that only the word before them makes telephone numbers, as those of many countries are that are written with their trunk zero:
 * "Tel.: 030 / 38684329", "Tél : 06 57 54 88 32", "手機0974376536", "座机075560490227".
 */

const LABEL_LENGTH = 22;
const LABEL =
  /(?:电话|電話|座[机機]|固话|市話|手[机機]|传真|傳真|携帯|핸드폰|휴대폰|전화|тел(?:ефон)?|моб|(?<![a-z])(?:tele(?:fon|phone|fono|fone|fax)?|celular|t[eé]l(?:[eé]phone)?|phone|mobile?|handy|cell|fon|fax|whatsapp|portable(?= ?:)|m[oó]vil)(?![a-z]))(?:号码?|號碼?|是|为|為| ?(?:no|number|nr))?[\s.:#(]{0,4}$/i;
/** A number with its trunk zero, and a local one of Hong Kong, Singapore or China, which no date looks like. */
const NATIONAL = /^0[1-9]\d{7,10}$/;
const LOCAL = /^[4-9]\d{7}$/;
/** Spanish numbers and others of nine digits, Russian ones with their 7 or 8, Brazilian mobile ones with their area. */
const ELSEWHERE = /^(?:[679]\d{8}|[78]\d{10}|[1-9][1-9]9\d{8})$/;
/** English words that such a number follows behind a sign only, as "cell 612 345 751" counts cells. */
const ENGLISH_ALONE = /(?<![a-z])(?:phone|mobile|cell|fax|portable) ?$/i;
/** Things that a number counts. */
const COUNTED =
  /^ ?(?:users|units|people|devices|customers|subscribers|subscriptions|phones|cells|sold|bytes|[kmg]?hz)\b/i;
const MOST_DIGITS = 12;

const FILLER = /[\s.:#(]/;

/** Whether what stands before a place, past signs and blanks, can end a word. */
function mayFollowWord(text: string, start: number): boolean {
  let place = start - 1;
  while (place >= 0 && start - place <= 5 && FILLER.test(text[place]!)) place--;
  return place >= 0 && !isDigit(text.charCodeAt(place));
}

/** The telephone number that begins with group `first` right behind a word for one: the longest reading. */
export function labelledPhoneAt(
  { text, starts, ends, gaps }: NumberGroups,
  first: number,
): (Span & { readonly last: number }) | null {
  const start = starts[first]!;
  if (!mayFollowWord(text, start)) return null;
  let digits = '';
  let found: number | null = null;
  let isElsewhere = false;
  for (let last = first; last < starts.length; last++) {
    if (last > first && !' -/.)'.includes(gaps[last - 1]! || '?')) break;
    digits += text.slice(starts[last], ends[last]);
    if (digits.length > MOST_DIGITS) break;
    const isPhone = NATIONAL.test(digits) || ELSEWHERE.test(digits) || (LOCAL.test(digits) && last - first < 2);
    if (!isPhone || !endsFree(text, ends[last]!)) continue;
    found = last;
    isElsewhere = !NATIONAL.test(digits) && !LOCAL.test(digits);
  }
  if (found === null) return null;
  const before = text.slice(Math.max(0, start - LABEL_LENGTH), start);
  const end = ends[found]!;
  if (!LABEL.test(before) || (isElsewhere && (ENGLISH_ALONE.test(before) || COUNTED.test(text.slice(end, end + 16)))))
    return null;
  const isBracketed = text[start - 1] === '(' && text.slice(start, end).includes(')');
  return { start: isBracketed ? start - 1 : start, end, last: found };
}
