import type { RunConfiguration } from './configuration.ts';

/** What decides which parameters a model has. */
export type LayerSettings = Pick<
  RunConfiguration,
  'architecture' | 'encoderLayers' | 'decoderLayers' | 'normalisation' | 'positions' | 'auxiliaryTasks'
>;

const LINEAR = ['weight', 'bias'] as const;
const NORM = ['gain', 'bias'] as const;
const PROJECTIONS = ['query', 'key', 'value', 'output'] as const;

const within = (layer: string, parts: readonly string[]): string[] => parts.map((part) => `${layer}.${part}`);

function blockParameters(block: string, readsEncoder: boolean): string[] {
  const attention = (name: string): string[] => [
    ...within(`${block}.${name}Norm`, NORM),
    ...PROJECTIONS.flatMap((projection) => within(`${block}.${name}.${projection}`, LINEAR)),
  ];
  return [
    ...attention('selfAttention'),
    ...(readsEncoder ? attention('crossAttention') : []),
    ...within(`${block}.feedForwardNorm`, NORM),
    ...within(`${block}.feedForward.hidden`, LINEAR),
    ...within(`${block}.feedForward.output`, LINEAR),
  ];
}

/** Name of the output layer of a classifier's head; null is its first. */
export function outputLayerOfHead(head: string | null): string {
  return head === null ? 'output' : `output.${head}`;
}

/** The names of a model's parameters in the order of its forward pass, as its checkpoints have them. */
export function parameterNames(settings: LayerSettings): string[] {
  const { architecture, normalisation, positions, auxiliaryTasks } = settings;
  const [hasEncoder, hasDecoder] = [architecture !== 'decoder-only', architecture !== 'encoder-classifier'];
  const stack = (side: string, blocks: number, readsEncoder: boolean): string[] => [
    ...(positions === 'learned' ? [`${side}.positions`] : []),
    ...Array.from({ length: blocks }, (_, block) => blockParameters(`${side}.${block}`, readsEncoder)).flat(),
    ...(normalisation === 'pre' ? within(`${side}.finalNorm`, NORM) : []),
  ];
  return [
    'embedding',
    ...(hasEncoder ? stack('encoder', settings.encoderLayers, false) : []),
    ...(hasDecoder ? stack('decoder', settings.decoderLayers, hasEncoder) : within('pooler', LINEAR)),
    ...[null, ...auxiliaryTasks.map(({ name }) => name)].flatMap((head) => within(outputLayerOfHead(head), LINEAR)),
  ];
}

/** Whether a layer, named as a parameter is or by a beginning of such a name, has this parameter. */
export function belongsToLayer(parameter: string, layer: string): boolean {
  return parameter === layer || parameter.startsWith(`${layer}.`);
}

/** What settings freeze: the names among them that no parameter has, and whether nothing is left to learn. */
export function frozenParts(settings: LayerSettings & Pick<RunConfiguration, 'frozenLayers'>): {
  unknown: string[];
  isAll: boolean;
} {
  const { frozenLayers } = settings;
  const parameters = parameterNames(settings);
  return {
    unknown: frozenLayers.filter((layer) => !parameters.some((name) => belongsToLayer(name, layer))),
    isAll: parameters.every((name) => frozenLayers.some((layer) => belongsToLayer(name, layer))),
  };
}

/** The layers that people choose from: sides, blocks, and the two halves of a block, in the order of the forward pass. */
export function layersToFreeze(settings: LayerSettings): string[] {
  const named = parameterNames(settings).flatMap((parameter) => {
    const [side = '', block = '', part = ''] = parameter.split('.');
    if (side !== 'encoder' && side !== 'decoder') return [side];
    return /^\d+$/.test(block) ? [side, `${side}.${block}`, `${side}.${block}.${part.replace(/Norm$/, '')}`] : [side];
  });
  return [...new Set(named)];
}
