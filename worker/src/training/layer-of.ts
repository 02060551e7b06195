/** The layer that a parameter belongs to, under the name that the model shows its layers by. */
export function layerOf(parameter: string): string {
  const [side = '', layer = '', part = ''] = parameter.split('.');
  // A classifier's further heads are layers as well: `output.flags`.
  if (side !== 'encoder' && side !== 'decoder') return parameter.replace(/\.(?:weight|bias)$/, '');
  if (layer === 'positions') return 'embedding';
  return part === 'gain' || part === 'bias' ? `${side}.${layer}` : `${side}.${layer}.${part.replace(/Norm$/, '')}`;
}
