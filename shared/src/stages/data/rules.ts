import type { z } from 'zod';
import type { datasetSplits, TextDatasetContent } from './contract.ts';

/** Size of a text dataset in items and characters (Unicode code points). */
export interface TextDatasetSize {
  readonly items: number;
  readonly characters: number;
  readonly distinctCharacters: number;
}

/** Counts the items and characters that a dataset really holds; a split that repeats the training items adds none. */
export function sizeOfText(content: TextDatasetContent): TextDatasetSize {
  const distinct = new Set<string>();
  let characters = 0;
  let items = 0;
  for (const split of [content.train, content.validation, content.test]) {
    items += split.length;
    for (const text of split) {
      for (const character of text) {
        distinct.add(character);
        characters += 1;
      }
    }
  }
  return { items, characters, distinctCharacters: distinct.size };
}

/**
 * How many items each split has in use: an empty one means the training items. `sameAsTraining` says that the items
 * which the evaluation uses (test) were all trained on, so that it cannot show generalisation.
 */
export function splitsOfText(content: TextDatasetContent, seed: number): z.infer<typeof datasetSplits> {
  const { train, validation, test } = content;
  const trained = new Set(train);
  return {
    train: train.length,
    validation: validation.length === 0 ? train.length : validation.length,
    test: test.length === 0 ? train.length : test.length,
    sameAsTraining: test.every((text) => trained.has(text)),
    seed,
  };
}
