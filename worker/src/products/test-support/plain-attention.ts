import { attentionShapes, gradientShapes, type AttentionSizes } from '../attention-plan.ts';
import { shapeSize } from '../../model/parameters.ts';

type Values = Float64Array;

function of(values: Values, place: number): number {
  return values[place] ?? Number.NaN;
}

/** Calls for every head of every text. */
function eachHead({ batch, heads }: AttentionSizes, act: (text: number, head: number) => void): void {
  for (let text = 0; text < batch; text++) for (let head = 0; head < heads; head++) act(text, head);
}

/** Where vectors of [B, T, h, k] and rows of [B, h, T, S] begin. */
function placesOf({ heads, asking, seen, width }: AttentionSizes, text: number, head: number) {
  return {
    query: (row: number): number => ((text * asking + row) * heads + head) * width,
    key: (column: number): number => ((text * seen + column) * heads + head) * width,
    weights: (row: number): number => ((text * heads + head) * asking + row) * seen,
  };
}

function dot(a: Values, startA: number, b: Values, startB: number, length: number): number {
  let sum = 0;
  for (let index = 0; index < length; index++) sum += of(a, startA + index) * of(b, startB + index);
  return sum;
}

/** to += factor·from */
function addTo(to: Values, startTo: number, factor: number, from: Values, startFrom: number, length: number): void {
  for (let index = 0; index < length; index++) {
    to[startTo + index] = of(to, startTo + index) + factor * of(from, startFrom + index);
  }
}

/** Weights and outcome of an attention by its definition. */
export function attend(
  sizes: AttentionSizes,
  [queries, keys, values, mask]: readonly [Values, Values, Values, Values],
): [weights: Values, attended: Values] {
  const { asking, seen, width, scale, mask: strides } = sizes;
  const [weights, attended] = attentionShapes(sizes).map((shape) => new Float64Array(shapeSize(shape))) as [
    Values,
    Values,
  ];
  eachHead(sizes, (text, head) => {
    const places = placesOf(sizes, text, head);
    const [ofText = 0, ofHead = 0] = strides?.outer ?? [];
    for (let row = 0; row < asking; row++) {
      const scores = Array.from({ length: seen }, (_, column) => {
        const inMask = text * ofText + head * ofHead + row * (strides?.row ?? 0) + column;
        const score = scale * dot(queries, places.query(row), keys, places.key(column), width);
        return score + (strides === null ? 0 : of(mask, inMask));
      });
      const powers = scores.map(Math.exp);
      const total = powers.reduce((sum, power) => sum + power, 0);
      powers.forEach((power, column) => {
        weights[places.weights(row) + column] = power / total;
        addTo(attended, places.query(row), power / total, values, places.key(column), width);
      });
    }
  });
  return [weights, attended];
}

/** The gradients of queries, keys and values: dw = dO·vᵀ, dS = w∘(dw − Σ w∘dw), dq = scale·dS·k, dk = scale·dSᵀ·q, dv = wᵀ·dO. */
export function attentionGradients(
  sizes: AttentionSizes,
  [dy, queries, keys, values, weights]: readonly [Values, Values, Values, Values, Values],
): [queries: Values, keys: Values, values: Values] {
  const { asking, seen, width, scale } = sizes;
  const gradients = gradientShapes(sizes).map((shape) => new Float64Array(shapeSize(shape)));
  const [ofQueries, ofKeys, ofValues] = gradients as [Values, Values, Values];
  eachHead(sizes, (text, head) => {
    const { query, key, weights: start } = placesOf(sizes, text, head);
    for (let row = 0; row < asking; row++) {
      const ofWeights = Array.from({ length: seen }, (_, column) => dot(dy, query(row), values, key(column), width));
      const weighed = ofWeights.reduce((sum, value, column) => sum + value * of(weights, start(row) + column), 0);
      ofWeights.forEach((value, column) => {
        const weight = of(weights, start(row) + column);
        const ofScore = scale * weight * (value - weighed);
        addTo(ofQueries, query(row), ofScore, keys, key(column), width);
        addTo(ofKeys, key(column), ofScore, queries, query(row), width);
        addTo(ofValues, key(column), weight, dy, query(row), width);
      });
    }
  });
  return [ofQueries, ofKeys, ofValues];
}
