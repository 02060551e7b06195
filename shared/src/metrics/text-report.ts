import { bleu, bleuStatistics } from './bleu.ts';
import { bootstrapIntervals, type BootstrapOptions, DEFAULT_BOOTSTRAP } from './bootstrap.ts';
import { chrf, chrfStatistics } from './chrf.ts';
import { weightedMean } from './classified-items.ts';
import { distinct } from './distinct.ts';
import { type MeasuredValue, measuredValue } from './measured-value.ts';
import { isMemorised, longestOverlaps } from './memorisation.ts';
import { fewGroupsNote } from './metric-notes.ts';
import { repeatedFourGrams } from './repetition.ts';
import { rougeL } from './rouge.ts';
import { type Tokenisation, tokenisationFor, tokenise } from './tokenisation.ts';

/** A text that the model wrote, with the text it should have written where there is one. */
export interface GeneratedText {
  text: string;
  reference: string | null;
}

/** Every number about generated texts; the tokenisation is named beside BLEU and ROUGE-L. */
interface TextReport {
  tokenisation: Tokenisation;
  metrics: MeasuredValue[];
}

/**
 * Overlap with references (over the texts that have one), variety, repetition and memorisation of generated texts against the training
 * texts, with 95 % bootstrap intervals over texts. Training texts are read once and not kept.
 */
export function textReport(
  texts: readonly GeneratedText[],
  trainingTexts: Iterable<string>,
  options: BootstrapOptions = DEFAULT_BOOTSTRAP,
): TextReport {
  const tokenisation = tokenisationFor(texts.map(({ text, reference }) => reference ?? text));
  const generated = texts.map(({ text }) => tokenise(text, tokenisation));
  const compared = comparedWithReferences(texts, tokenisation);
  return {
    tokenisation,
    metrics: [
      ...measure(compared.length, overlapStatistics(compared), options),
      ...measure(texts.length, varietyStatistics(generated), options),
      ...measure(
        texts.length,
        memorisationStatistics(generated, longestOverlaps(generated, tokenised(trainingTexts, tokenisation))),
        options,
      ),
    ],
  };
}

function* tokenised(texts: Iterable<string>, tokenisation: Tokenisation): Iterable<string[]> {
  for (const text of texts) yield tokenise(text, tokenisation);
}

type Statistics<Name extends string> = (weights: ArrayLike<number>) => Record<Name, number | null>;
type TextMetric =
  | 'bleu'
  | 'chrf'
  | 'rouge-l'
  | 'distinct-1'
  | 'distinct-2'
  | 'repetition'
  | 'memorisation'
  | 'memorisation-overlap';

function measure<Name extends TextMetric>(
  count: number,
  statistics: Statistics<Name>,
  options: BootstrapOptions,
): MeasuredValue[] {
  const whole = statistics(new Float64Array(count).fill(1));
  const intervals = bootstrapIntervals(count, statistics, options);
  return (Object.keys(whole) as Name[]).map((name) => {
    const notes = intervals[name] === undefined ? [] : fewGroupsNote(count);
    return measuredValue(name, whole[name], count, intervals[name], notes);
  });
}

function comparedWithReferences(texts: readonly GeneratedText[], tokenisation: Tokenisation) {
  return texts.flatMap(({ text, reference }) => {
    if (reference === null) return [];
    const [tokens, referenceTokens] = [tokenise(text, tokenisation), tokenise(reference, tokenisation)];
    return [
      {
        bleu: bleuStatistics(tokens, referenceTokens),
        chrf: chrfStatistics(text, reference),
        rougeL: rougeL(tokens, referenceTokens),
      },
    ];
  });
}

function overlapStatistics(
  compared: ReturnType<typeof comparedWithReferences>,
): Statistics<'bleu' | 'chrf' | 'rouge-l'> {
  const bleuOfTexts = compared.map((text) => text.bleu);
  const chrfOfTexts = compared.map((text) => text.chrf);
  const rougeOfTexts = compared.map((text) => text.rougeL);
  return (weights) => ({
    bleu: bleu(weightedSum(bleuOfTexts, weights)),
    chrf: chrf(weightedSum(chrfOfTexts, weights)),
    'rouge-l': weightedMean(rougeOfTexts, weights),
  });
}

function varietyStatistics(
  generated: readonly (readonly string[])[],
): Statistics<'distinct-1' | 'distinct-2' | 'repetition'> {
  const [distinctOne, distinctTwo] = [distinct(generated, 1), distinct(generated, 2)];
  const fourGrams = generated.map((tokens) => repeatedFourGrams(tokens));
  return (weights) => {
    let [repeated, total] = [0, 0];
    for (const [index, text] of fourGrams.entries()) {
      repeated += weights[index]! * text.repeated;
      total += weights[index]! * text.total;
    }
    return {
      'distinct-1': distinctOne(weights),
      'distinct-2': distinctTwo(weights),
      repetition: total === 0 ? null : repeated / total,
    };
  };
}

function memorisationStatistics(
  generated: readonly (readonly string[])[],
  overlaps: readonly number[],
): Statistics<'memorisation' | 'memorisation-overlap'> {
  const memorised = overlaps.map((overlap, index) => (isMemorised(overlap, generated[index]!.length) ? 1 : 0));
  return (weights) => ({
    memorisation: weightedMean(memorised, weights),
    'memorisation-overlap': weightedMean(overlaps, weights),
  });
}

function weightedSum(statistics: readonly Float64Array[], weights: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(statistics[0]?.length ?? 0);
  for (const [index, values] of statistics.entries()) {
    for (let k = 0; k < sum.length; k++) sum[k]! += weights[index]! * values[k]!;
  }
  return sum;
}
