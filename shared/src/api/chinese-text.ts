/** Letters and digits that stand apart from Chinese characters. */
const NARROW = String.raw`[\p{Script=Latin}\p{Nd}%]`;
const WIDE = String.raw`[\p{Script=Han}，。：；、（）“”]`;
const MISSING_SPACE = new RegExp(`(${NARROW})\\|(?=\\p{Script=Han})|(\\p{Script=Han})\\|(?=${NARROW})`, 'u');
const NEEDLESS_SPACE = new RegExp(`(${WIDE}) ?\\| ?(?=${WIDE})`, 'u');

/** Two parts of a Chinese sentence, with a space between Chinese and Latin and with none between Chinese characters. */
function joined(before: string, after: string): string {
  const meeting = `${before.slice(-2)}|${after.slice(0, 2)}`;
  const spaced = meeting.replace(MISSING_SPACE, '$1$2 |').replace(NEEDLESS_SPACE, '$1|').replace('|', '');
  return before.slice(0, -2) + spaced + after.slice(2);
}

/** A Chinese sentence from a template and its values, spaced where Chinese and Latin meet at a value's edge. */
export function chinese(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return strings.reduce((sentence, text, index) => joined(joined(sentence, String(values[index - 1])), text));
}

/** A Chinese sentence whose `{}` is a value, spaced where Chinese and Latin meet at the value's edges. */
export function filledIn(template: string, value: string): string {
  const [before, after] = template.split('{}');
  return after === undefined ? template : joined(joined(before!, value), after);
}

/** A finished Chinese sentence, spaced likewise at the edges of a value that it contains. */
export function spacedAround(sentence: string, value: string): string {
  if (value === '') return sentence;
  return sentence.split(value).reduce((before, after) => joined(joined(before, value), after));
}
