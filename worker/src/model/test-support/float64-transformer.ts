import { sinusoidalPositions } from '../transformer.ts';
import type { Head, ModelSettings } from '../settings.ts';

/** A matrix of float64 rows. */
type Matrix = Float64Array[];

/** Parameters by name, flat and row-major. */
export type Float64Parameters = Record<string, Float64Array>;

/** One text pair without padding. */
export interface TokenPair {
  source: readonly number[];
  targetIn: readonly number[];
  targetOut: readonly number[];
}

/** One text without padding and what a classifier should answer: a class id, or a number for each output. */
export interface LabelledText {
  source: readonly number[];
  label: readonly number[];
  /** The same for each auxiliary head; what is not known must not count. */
  auxiliary?: readonly { label: readonly number[]; isKnown: boolean }[];
}

/** What a loss depends on besides the texts. */
export interface LossOptions {
  /** Label smoothing. */
  smoothing: number;
  /** Dropout masks of the padded batch in the order of the forward pass, [batch · padded length, d] each; none without dropout. */
  masks: readonly Float32Array[];
  /** Weights of the auxiliary heads; without them, only the first head counts. */
  auxiliaryWeights?: readonly number[];
}

/**
 * The Transformer once more, in loops over float64 and without tfjs: slow, and precise enough to differentiate numerically.
 * Texts are computed one by one, so that no padding or mask can be wrong in the same way as in the real model.
 */
export function float64Loss(
  settings: ModelSettings,
  parameters: Float64Parameters,
  texts: readonly (TokenPair | LabelledText)[],
  { smoothing, masks, auxiliaryWeights = [] }: LossOptions,
): number {
  let [total, targets] = [0, 0];
  const auxiliary = auxiliaryWeights.map(() => ({ total: 0, targets: 0 }));
  texts.forEach((text, item) => {
    const network = new Float64Transformer(settings, parameters, masks, { item, batch: texts.length });
    if ('label' in text) {
      const [first = new Float64Array(), ...further] = network.classify(text.source);
      total += headLoss(settings.head, first, text.label, smoothing);
      targets++;
      auxiliary.forEach((sum, index) => {
        const wanted = text.auxiliary?.[index];
        const head = settings.auxiliaryHeads?.[index] ?? null;
        if (wanted?.isKnown !== true) return;
        sum.total += headLoss(head, further[index] ?? first, wanted.label, smoothing);
        sum.targets++;
      });
      return;
    }
    network.nextTokenLogits(text).forEach((logits, place) => {
      total += crossEntropy(logits, text.targetOut[place] ?? 0, smoothing);
      targets++;
    });
  });
  const further = auxiliary.map(
    (sum, index) => ((auxiliaryWeights[index] ?? 1) * sum.total) / Math.max(1, sum.targets),
  );
  return further.reduce((sum, loss) => sum + loss, total / targets);
}

function crossEntropy(logits: Float64Array, target: number, smoothing: number): number {
  const highest = Math.max(...logits);
  const logSum = highest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  const meanSurprise = logSum - logits.reduce((sum, logit) => sum + logit, 0) / logits.length;
  return (1 - smoothing) * (logSum - at(logits, target)) + smoothing * meanSurprise;
}

function headLoss(head: Head | null, answers: Float64Array, label: readonly number[], smoothing: number): number {
  if (head?.task === 'single-label') return crossEntropy(answers, label[0] ?? 0, smoothing);
  const losses = answers.map((answer, output) => {
    const wanted = label[output] ?? 0;
    if (head?.task === 'regression') return (answer - wanted) ** 2;
    return Math.max(answer, 0) - wanted * answer + Math.log1p(Math.exp(-Math.abs(answer)));
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

class Float64Transformer {
  private readonly settings: ModelSettings;
  private readonly parameters: Float64Parameters;
  private readonly masks: readonly Float32Array[];
  private readonly place: { item: number; batch: number };
  private masksUsed = 0;

  constructor(
    settings: ModelSettings,
    parameters: Float64Parameters,
    masks: readonly Float32Array[],
    place: { item: number; batch: number },
  ) {
    this.settings = settings;
    this.parameters = parameters;
    this.masks = masks;
    this.place = place;
  }

  nextTokenLogits({ source, targetIn }: TokenPair): Matrix {
    const { architecture, decoderLayers } = this.settings;
    const memory = architecture === 'encoder-decoder' ? this.encode(source) : null;
    let x = this.embed(targetIn, 'decoder');
    for (let layer = 0; layer < decoderLayers; layer++) {
      const name = `decoder.${layer}`;
      x = this.residual(x, `${name}.selfAttentionNorm`, (y) => this.attention(y, y, true, `${name}.selfAttention`));
      if (memory !== null) {
        const seen = memory;
        x = this.residual(x, `${name}.crossAttentionNorm`, (y) =>
          this.attention(y, seen, false, `${name}.crossAttention`),
        );
      }
      x = this.residual(x, `${name}.feedForwardNorm`, (y) => this.feedForward(y, `${name}.feedForward`));
    }
    return this.linear(this.finalNorm(x, 'decoder'), 'output');
  }

  /** What each head answers. */
  classify(source: readonly number[]): Float64Array[] {
    const pooled = this.linear(this.encode(source).slice(0, 1), 'pooler').map((row) => row.map(Math.tanh));
    const read = this.dropout(pooled);
    const layers = ['output', ...(this.settings.auxiliaryHeads ?? []).map(({ name }) => `output.${name}`)];
    return layers.map((layer) => rowOf(this.linear(read, layer), 0));
  }

  private encode(source: readonly number[]): Matrix {
    let x = this.embed(source, 'encoder');
    for (let layer = 0; layer < this.settings.encoderLayers; layer++) {
      const name = `encoder.${layer}`;
      x = this.residual(x, `${name}.selfAttentionNorm`, (y) => this.attention(y, y, false, `${name}.selfAttention`));
      x = this.residual(x, `${name}.feedForwardNorm`, (y) => this.feedForward(y, `${name}.feedForward`));
    }
    return this.finalNorm(x, 'encoder');
  }

  /** Multiplies by this text's rows of the next mask. */
  private dropout(x: Matrix): Matrix {
    const drawn = this.masks[this.masksUsed++];
    if (drawn === undefined) return x;
    const mask = new Float64Array(drawn);
    const { dModel } = this.settings;
    const { item, batch } = this.place;
    const firstRow = (item * mask.length) / dModel / batch;
    return x.map((row, place) => row.map((value, column) => value * at(mask, (firstRow + place) * dModel + column)));
  }

  private parameter(name: string): Float64Array {
    const values = this.parameters[name];
    if (values === undefined) throw new Error(`There is no parameter '${name}'`);
    return values;
  }

  private embed(ids: readonly number[], side: 'encoder' | 'decoder'): Matrix {
    const { dModel, positions } = this.settings;
    const table = this.parameter('embedding');
    const places =
      positions === 'learned'
        ? this.parameter(`${side}.positions`)
        : new Float64Array(sinusoidalPositions(ids.length, dModel));
    const vectors = ids.map((id, place) =>
      Float64Array.from(
        { length: dModel },
        (_, column) => at(table, id * dModel + column) * Math.sqrt(dModel) + at(places, place * dModel + column),
      ),
    );
    return this.dropout(vectors);
  }

  private linear(x: Matrix, name: string): Matrix {
    const [weight, bias] = [this.parameter(`${name}.weight`), this.parameter(`${name}.bias`)];
    return x.map((row) => {
      const result = bias.slice();
      for (let input = 0; input < row.length; input++) {
        const value = at(row, input);
        for (let output = 0; output < result.length; output++) {
          result[output] = at(result, output) + value * at(weight, input * result.length + output);
        }
      }
      return result;
    });
  }

  private attention(x: Matrix, seen: Matrix, causal: boolean, name: string): Matrix {
    const { heads, dModel } = this.settings;
    const headSize = dModel / heads;
    const [queries, keys] = [this.linear(x, `${name}.query`), this.linear(seen, `${name}.key`)];
    const values = this.linear(seen, `${name}.value`);
    const attended = queries.map((query, place) => {
      const result = new Float64Array(dModel);
      for (let head = 0; head < heads; head++) {
        const visible = causal ? place + 1 : keys.length;
        const scores = Array.from({ length: visible }, (_, other) => {
          let score = 0;
          for (let column = head * headSize; column < (head + 1) * headSize; column++) {
            score += at(query, column) * at(rowOf(keys, other), column);
          }
          return score / Math.sqrt(headSize);
        });
        const highest = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - highest));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        weights.forEach((weight, other) => {
          for (let column = head * headSize; column < (head + 1) * headSize; column++) {
            result[column] = at(result, column) + (weight / total) * at(rowOf(values, other), column);
          }
        });
      }
      return result;
    });
    return this.linear(attended, `${name}.output`);
  }

  private feedForward(x: Matrix, name: string): Matrix {
    const hidden = this.linear(x, `${name}.hidden`).map((row) => row.map((value) => this.activate(value)));
    return this.linear(hidden, `${name}.output`);
  }

  private activate(x: number): number {
    const { activation } = this.settings;
    if (activation === 'relu') return Math.max(0, x);
    if (activation === 'tanh') return Math.tanh(x);
    if (activation === 'sigmoid') return 1 / (1 + Math.exp(-x));
    return x * normalDistribution(x);
  }

  private residual(x: Matrix, norm: string, sublayer: (x: Matrix) => Matrix): Matrix {
    if (this.settings.normalisation === 'pre') return addMatrices(x, this.dropout(sublayer(this.layerNorm(x, norm))));
    return this.layerNorm(addMatrices(x, this.dropout(sublayer(x))), norm);
  }

  private finalNorm(x: Matrix, side: string): Matrix {
    return this.settings.normalisation === 'pre' ? this.layerNorm(x, `${side}.finalNorm`) : x;
  }

  private layerNorm(x: Matrix, name: string): Matrix {
    const [gain, bias] = [this.parameter(`${name}.gain`), this.parameter(`${name}.bias`)];
    return x.map((row) => {
      const mean = row.reduce((total, value) => total + value, 0) / row.length;
      const variance = row.reduce((total, value) => total + (value - mean) ** 2, 0) / row.length;
      return row.map(
        (value, column) => ((value - mean) / Math.sqrt(variance + 1e-5)) * at(gain, column) + at(bias, column),
      );
    });
  }
}

function at(values: Float64Array, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`There is no value ${index}`);
  return value;
}

function rowOf(matrix: Matrix, index: number): Float64Array {
  const row = matrix[index];
  if (row === undefined) throw new RangeError(`There is no row ${index}`);
  return row;
}

function addMatrices(a: Matrix, b: Matrix): Matrix {
  return a.map((row, index) => row.map((value, column) => value + at(rowOf(b, index), column)));
}

/** Φ(x) by the series of Marsaglia (2004): x, x³/3, x⁵/15, … */
function normalDistribution(x: number): number {
  let [term, total] = [x, x];
  for (let odd = 3; Math.abs(term) > 1e-17 && odd < 400; odd += 2) {
    term *= (x * x) / odd;
    total += term;
  }
  return 0.5 + total * (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI));
}
