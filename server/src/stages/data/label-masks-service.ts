import { createHmac, hkdfSync } from 'node:crypto';
import { maskedJson, maskedWhole } from '@greenlight/shared/stages/data/masked-text.ts';
import type { Recipe } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import type { z } from 'zod';
import { LabelFields, type Replace } from './label-fields.ts';

/**
 * Labels that are personal data by themselves, such as an image folder named by an address, with what is personal in them masked. A label is
 * also a name that people choose by, so a masked one carries a mark that is always the same for it and that only this installation can make.
 */
export interface LabelMasks {
  /** The label as people see it; the same label where nothing in it is personal data. */
  shown(label: string): string;
  /** What makes every label in replies of a contract as people see it; null where they hold none. */
  inReplies(contract: z.ZodType): Replace | null;
  /** The path of an image in an archive, whose folders are labels. */
  shownPath(path: string): string;
  /** The one of these labels that is shown like this, or else what was given. */
  meant(shown: string, known: readonly string[]): string;
  /** A recipe whose label steps name these labels as they are. */
  recipeFor(recipe: Recipe, known: readonly string[]): Recipe;
}

/** Labels are at most 200 UTF-16 units long, those of imported models 100; the mark needs nine. */
const LONGEST = 80;
const MARK_DIGITS = 8;
const MOST_REMEMBERED = 20_000;
const IMAGE_PATH = /\.(?:png|jpe?g|gif|webp|bmp)$/i;

/** Builds the masks with a key that is derived from a secret of the installation. */
export function createLabelMasks(secret: string): LabelMasks {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'labels', 32));
  const remembered = new Map<string, string>();

  function mask(label: string): string {
    const masked = maskedWhole(label);
    if (masked === label) return label;
    const digits = createHmac('sha256', key).update(label).digest('hex').slice(0, MARK_DIGITS);
    // Letters alone: digits could pass for a number of a person.
    const mark = digits.replaceAll(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!);
    return `${masked.slice(0, LONGEST)} ${mark}`;
  }

  function shown(label: string): string {
    const known = remembered.get(label);
    if (known !== undefined) return known;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    const masked = mask(label);
    remembered.set(label, masked);
    return masked;
  }

  /** The path of an image in an archive: its first folder is the label. */
  function shownPath(path: string): string {
    if (!IMAGE_PATH.test(path)) return path;
    return path.split('/').map(shown).join('/');
  }

  const fields = new LabelFields({
    ...{ label: shown, 'image-path': shownPath },
    // What a job made repeats texts of data and of models. Labels first: they keep apart what else would be masked alike.
    'job-result': maskedJson,
  });
  const meant = (given: string, known: readonly string[]) => known.find((label) => shown(label) === given) ?? given;

  return {
    shown,
    inReplies: (contract) => fields.of(contract),
    shownPath,
    meant,
    recipeFor: (recipe, known) => ({
      ...recipe,
      steps: recipe.steps.map((step) => {
        if (step.type !== 'map-labels') return step;
        const map = Object.entries(step.map).map(([from, to]) => [meant(from, known), to] as const);
        return { ...step, map: Object.fromEntries(map) };
      }),
    }),
  };
}
