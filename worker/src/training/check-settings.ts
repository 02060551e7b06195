import type { Head, ModelSettings } from '../model/settings.ts';
import type { OptimiserSettings } from './engine.ts';

/** Throws a RangeError for a model that no graph can be recorded for, or of which a part could never learn. */
export function checkModel(model: ModelSettings): void {
  const { architecture, dModel, heads, dropout, encoderLayers, decoderLayers, head, auxiliaryHeads = [] } = model;
  for (const name of ['vocabularySize', 'dModel', 'heads', 'feedForward'] as const) checkCount(name, model[name], 1);
  for (const name of ['encoderLayers', 'decoderLayers'] as const) checkCount(name, model[name], 0);
  if (architecture !== 'decoder-only') checkCount('maxSourceTokens', model.maxSourceTokens, 1);
  if (architecture !== 'encoder-classifier') checkCount('maxTargetTokens', model.maxTargetTokens, 1);
  if (dModel % heads !== 0) throw new RangeError(`dModel ${dModel} is not a multiple of ${heads} heads`);
  if (!(dropout >= 0 && dropout < 1)) throw new RangeError(`A dropout of ${dropout} is not in [0, 1)`);
  if (architecture === 'encoder-decoder' && decoderLayers === 0) {
    throw new RangeError('An encoder–decoder needs a decoder layer: without one, nothing reads the source');
  }
  if (architecture === 'encoder-classifier' && encoderLayers === 0) {
    throw new RangeError('A classifier needs an encoder layer: without one, the first token knows nothing of the text');
  }
  if ((architecture === 'encoder-classifier') !== (head !== null)) {
    throw new RangeError('An encoder classifier needs a head, and only a classifier has one');
  }
  if (head !== null) checkHead(head);
  const names = auxiliaryHeads.map(({ name }) => name);
  if (head === null && names.length > 0) throw new RangeError('Only a classifier has auxiliary heads');
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw new RangeError(`Two heads are called '${repeated}'`);
  auxiliaryHeads.forEach(checkHead);
}

function checkHead({ task, outputs }: Head): void {
  checkCount(`outputs of a ${task} head`, outputs, task === 'single-label' ? 2 : 1);
}

/** Throws a RangeError for an optimiser that would move parameters nowhere sensible. */
export function checkOptimiser(optimiser: OptimiserSettings): void {
  const { clipNorm, labelSmoothing, auxiliaryWeights = [] } = optimiser;
  for (const name of ['learningRate', 'weightDecay', 'l1', 'warmupSteps', 'totalSteps'] as const) {
    if (!(optimiser[name] >= 0 && Number.isFinite(optimiser[name]))) {
      throw new RangeError(`${name} is ${optimiser[name]}; it must be 0 or a positive number`);
    }
  }
  if (clipNorm !== null && !(clipNorm > 0)) throw new RangeError(`A clipping norm of ${clipNorm} is not above 0`);
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new RangeError(`A label smoothing of ${labelSmoothing} is not in [0, 1)`);
  }
  for (const weight of auxiliaryWeights) {
    if (!(weight > 0 && Number.isFinite(weight))) throw new RangeError(`A head's weight of ${weight} is not above 0`);
  }
}

function checkCount(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} is ${value}; it must be a whole number of at least ${least}`);
  }
}
