import { outputLayerOfHead } from '@greenlight/shared/stages/training/layers.ts';
import { normalAt, randomKey, uniformAt } from './random.ts';
import type { ModelSettings } from './settings.ts';

/** How a parameter starts: uniform in ± bound, normal with a standard deviation, or one number throughout. */
type Initialisation = { uniform: number } | { normal: number } | { constant: number };

/** One trainable array of the model. */
export interface ParameterSpec {
  name: string;
  shape: number[];
  initialisation: Initialisation;
}

/** Number of values of a shape. */
export function shapeSize(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function linear(name: string, inputs: number, outputs: number): ParameterSpec[] {
  const initialisation = { uniform: 1 / Math.sqrt(inputs) };
  return [
    { name: `${name}.weight`, shape: [inputs, outputs], initialisation },
    { name: `${name}.bias`, shape: [outputs], initialisation },
  ];
}

function layerNorm(name: string, width: number): ParameterSpec[] {
  return [
    { name: `${name}.gain`, shape: [width], initialisation: { constant: 1 } },
    { name: `${name}.bias`, shape: [width], initialisation: { constant: 0 } },
  ];
}

/** As nn.MultiheadAttention: one Xavier-uniform draw over the stacked [3d, d] projection, biases zero. */
function attention(name: string, width: number): ParameterSpec[] {
  const projection = { uniform: Math.sqrt(6 / (4 * width)) };
  const zero = { constant: 0 };
  const input = ['query', 'key', 'value'].flatMap((role) => [
    { name: `${name}.${role}.weight`, shape: [width, width], initialisation: projection },
    { name: `${name}.${role}.bias`, shape: [width], initialisation: zero },
  ]);
  return [
    ...input,
    { name: `${name}.output.weight`, shape: [width, width], initialisation: { uniform: 1 / Math.sqrt(width) } },
    { name: `${name}.output.bias`, shape: [width], initialisation: zero },
  ];
}

function block(name: string, settings: ModelSettings, crossAttention: boolean): ParameterSpec[] {
  const { dModel, feedForward } = settings;
  return [
    ...layerNorm(`${name}.selfAttentionNorm`, dModel),
    ...attention(`${name}.selfAttention`, dModel),
    ...(crossAttention ? layerNorm(`${name}.crossAttentionNorm`, dModel) : []),
    ...(crossAttention ? attention(`${name}.crossAttention`, dModel) : []),
    ...layerNorm(`${name}.feedForwardNorm`, dModel),
    ...linear(`${name}.feedForward.hidden`, dModel, feedForward),
    ...linear(`${name}.feedForward.output`, feedForward, dModel),
  ];
}

/** Every parameter of a model in the order of its forward pass, with PyTorch's default initialisation. */
export function parameterSpecs(settings: ModelSettings): ParameterSpec[] {
  const { dModel, vocabularySize, head, auxiliaryHeads = [] } = settings;
  const hasEncoder = settings.architecture !== 'decoder-only';
  const hasDecoder = settings.architecture !== 'encoder-classifier';
  const embedding = { normal: 1 / Math.sqrt(dModel) };
  const learned = (name: string, length: number): ParameterSpec[] =>
    settings.positions === 'learned' ? [{ name, shape: [length, dModel], initialisation: embedding }] : [];
  const stack = (name: string, layers: number, crossAttention: boolean): ParameterSpec[] => [
    ...Array.from({ length: layers }, (_, layer) => block(`${name}.${layer}`, settings, crossAttention)).flat(),
    ...(settings.normalisation === 'pre' ? layerNorm(`${name}.finalNorm`, dModel) : []),
  ];
  return [
    { name: 'embedding', shape: [vocabularySize, dModel], initialisation: embedding },
    ...(hasEncoder ? learned('encoder.positions', settings.maxSourceTokens) : []),
    ...(hasEncoder ? stack('encoder', settings.encoderLayers, false) : []),
    ...(hasDecoder ? learned('decoder.positions', settings.maxTargetTokens) : []),
    ...(hasDecoder ? stack('decoder', settings.decoderLayers, hasEncoder) : linear('pooler', dModel, dModel)),
    ...linear('output', dModel, head?.outputs ?? vocabularySize),
    // After everything else: the other parameters begin as they do without these.
    ...auxiliaryHeads.flatMap((further) => linear(outputLayerOfHead(further.name), dModel, further.outputs)),
  ];
}

/** Fills a parameter's array; `index` is its place in `parameterSpecs`, so that each has its own random stream. */
export function initialiseParameter(spec: ParameterSpec, index: number, seed: number, values: Float32Array): void {
  const key = randomKey(seed, 1, index);
  const { initialisation } = spec;
  if ('constant' in initialisation) {
    values.fill(initialisation.constant);
  } else if ('uniform' in initialisation) {
    const bound = initialisation.uniform;
    for (let i = 0; i < values.length; i++) values[i] = (2 * uniformAt(key, i) - 1) * bound;
  } else {
    for (let i = 0; i < values.length; i++) values[i] = normalAt(key, i) * initialisation.normal;
  }
}
