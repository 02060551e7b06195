/** How texts are cut for comparison: single characters, or the words of mteval-v13a as sacreBLEU's `13a`. */
export type Tokenisation = 'character' | '13a';

// White space as the reference implementations of chrF and 13a split by it: JavaScript's and the next-line character.
const WHITE_SPACE = /[\s\u0085]+/gu;

/** Characters for Chinese, words otherwise: Chinese is a text with at least as many Han characters as runs of other letters. */
export function tokenisationFor(texts: Iterable<string>): Tokenisation {
  let [han, otherWords] = [0, 0];
  for (const text of texts) {
    han += text.match(/\p{Script=Han}/gu)?.length ?? 0;
    otherWords += text.match(/[\p{L}--\p{Script=Han}]+/gv)?.length ?? 0;
  }
  return han > 0 && han >= otherWords ? 'character' : '13a';
}

/** The tokens of a text; white space is none. */
export function tokenise(text: string, tokenisation: Tokenisation): string[] {
  return tokenisation === 'character' ? charactersOf(text) : words13a(text);
}

/** The Unicode characters of a text without its white space. */
export function charactersOf(text: string): string[] {
  return Array.from(text.replace(WHITE_SPACE, ''));
}

/** mteval-v13a as sacreBLEU applies it to one line. */
function words13a(text: string): string[] {
  const line = text
    .trimEnd()
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  const spaced = ` ${line} `
    .replace(/([{-~[-` -&(-+:-@/])/gu, ' $1 ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/gu, '$1 $2 ');
  return spaced.split(WHITE_SPACE).filter((token) => token !== '');
}
