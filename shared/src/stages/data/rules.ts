import type { z } from 'zod';
import type { datasetSplits, TextDatasetContent } from './contract.ts';

/** Counts over a text dataset; a character is a Unicode code point. */
export interface TextProfile {
  readonly items: number;
  readonly characters: number;
  readonly distinctCharacters: number;
  readonly splits: z.infer<typeof datasetSplits>;
}

/** Counts items and characters over all splits; without held-out items, validation and test are the training items. */
export function textProfile({ train, validation, test }: TextDatasetContent, seed: number): TextProfile {
  const distinct = new Set<string>();
  let characters = 0;
  for (const split of [train, validation, test]) {
    for (const item of split) {
      for (const character of item) {
        characters += 1;
        distinct.add(character);
      }
    }
  }
  const sameAsTraining = validation.length === 0 && test.length === 0;
  return {
    items: train.length + validation.length + test.length,
    characters,
    distinctCharacters: distinct.size,
    splits: {
      train: train.length,
      validation: sameAsTraining ? train.length : validation.length,
      test: sameAsTraining ? train.length : test.length,
      sameAsTraining,
      seed,
    },
  };
}
