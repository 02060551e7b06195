import type { DistinctCounter } from './distinct-counter.ts';
import { mix32 } from './hashing.ts';

/** The languages that a text is sorted into by its script. */
export const ITEM_LANGUAGES = ['zh', 'en', 'other'] as const;

/** The language of a text by its script: Chinese characters, Latin letters, anything else. */
export type ItemLanguage = (typeof ITEM_LANGUAGES)[number];

const [SPACE, LETTER, LATIN, DIGIT, HAN, KANA, SIGN, LEAD, TRAIL] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const CLASSES = Uint8Array.from({ length: 0x10000 }, (_, unit) => classOf(unit));

function classOf(unit: number): number {
  if (unit >= 0xd800 && unit <= 0xdbff) return LEAD;
  if (unit >= 0xdc00 && unit <= 0xdfff) return TRAIL;
  const character = String.fromCharCode(unit);
  if (/\p{Script=Han}/u.test(character)) return HAN;
  if (
    /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u.test(
      character,
    )
  )
    return KANA;
  if (/\p{Script=Latin}/u.test(character)) return LATIN;
  if (/\p{N}/u.test(character)) return DIGIT;
  if (/[\p{L}\p{M}]/u.test(character)) return LETTER;
  return /[\s\p{C}\p{Z}]/u.test(character) ? SPACE : SIGN;
}

/** What `readFeatures` found out about a text; read it before the next call. */
export const features = {
  /** Unicode code points. */
  characters: 0,
  /** Each Chinese or Japanese character, each run of other letters and digits, each other sign that can be seen. */
  tokens: 0,
  language: 'other' as ItemLanguage,
};

/** Reads a text once into `features`; tokens and pairs of neighbouring tokens are counted by the counters, where given. */
export function readFeatures(text: string, vocabulary?: DistinctCounter, pairs?: DistinctCounter): void {
  let [characters, tokens, han, kana, latinWords, otherWords] = [0, 0, 0, 0, 0, 0];
  let [previousHigh, previousLow] = [0, 0];
  const { length } = text;
  for (let index = 0; index < length;) {
    const unit = text.charCodeAt(index);
    let kind = CLASSES[unit]!;
    const lower = unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit;
    let high = Math.imul(lower ^ 0x2545f491, 0x9e3779b1);
    let low = Math.imul(lower ^ 0x5bd1e995, 0x5f356495);
    index++;
    characters++;
    if (kind === SPACE) continue;
    if (kind === LATIN || kind === LETTER || kind === DIGIT) {
      const first = kind;
      while (index < length) {
        let next = text.charCodeAt(index);
        kind = CLASSES[next]!;
        if (kind !== LATIN && kind !== LETTER && kind !== DIGIT) break;
        if (next >= 0x41 && next <= 0x5a) next |= 0x20;
        high = Math.imul((high << 13) ^ (high >>> 19) ^ next, 0x9e3779b1);
        low = Math.imul((low << 17) ^ (low >>> 15) ^ next, 0x5f356495);
        index++;
        characters++;
      }
      if (first === LATIN) latinWords++;
      else if (first === LETTER) otherWords++;
    } else if (kind === LEAD && index < length && CLASSES[text.charCodeAt(index)] === TRAIL) {
      const trail = text.charCodeAt(index);
      index++;
      high ^= Math.imul(trail, 0x85ebca6b);
      low ^= Math.imul(trail, 0xc2b2ae35);
      // Planes 2 and 3 hold the rarer Chinese characters.
      if (unit >= 0xd840 && unit < 0xd8c0) han++;
    } else if (kind === HAN) han++;
    else if (kind === KANA) kana++;
    tokens++;
    if (vocabulary === undefined || pairs === undefined) continue;
    high = mix32(high);
    low = mix32(low);
    vocabulary.add(high, low);
    if (tokens > 1) {
      const pairHigh = mix32(high ^ Math.imul(previousHigh, 3));
      if (pairs.isKept(pairHigh)) pairs.add(pairHigh, mix32(low ^ Math.imul(previousLow, 5)));
    }
    previousHigh = high;
    previousLow = low;
  }
  features.characters = characters;
  features.tokens = tokens;
  features.language = languageOf(han, kana, latinWords, otherWords);
}

function languageOf(han: number, kana: number, latinWords: number, otherWords: number): ItemLanguage {
  if (kana + otherWords > latinWords && kana + otherWords > han / 4) return 'other';
  if (han > 0 && han >= latinWords) return 'zh';
  return latinWords > 0 ? 'en' : 'other';
}
