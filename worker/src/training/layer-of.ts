/** The layer that a parameter belongs to, under the name that the model shows its layers by. */
export function layerOf(parameter: string): string {
  const [side = '', layer = '', part = ''] = parameter.split('.');
  if (side !== 'encoder' && side !== 'decoder') return side;
  if (layer === 'positions') return 'embedding';
  return part === 'gain' || part === 'bias' ? `${side}.${layer}` : `${side}.${layer}.${part.replace(/Norm$/, '')}`;
}
