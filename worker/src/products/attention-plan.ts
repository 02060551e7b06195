import { causalBlockTokens } from '@greenlight/shared/stages/training/plan/causal-blocks.ts';
import { FLOAT_BYTES, TILE_ROWS, VIEW_BYTES } from './layout.ts';
import {
  pieces,
  PLAIN_PRODUCT,
  stepsOfProduct,
  stepsOfRows,
  type Interleaving,
  type MaskStrides,
  type ProductSizes,
} from './product-plan.ts';
import { alongRow, BLANK, shares, type Range, type Step } from './step.ts';

/** An attention of queries [B, T, h, k] over keys and values [B, S, h, k]. */
export interface AttentionSizes {
  batch: number;
  heads: number;
  /** T */
  asking: number;
  /** S */
  seen: number;
  /** k */
  width: number;
  /** Scores are multiplied by it. */
  scale: number;
  mask: MaskStrides | null;
  /** The mask hides from each token those behind it: what nobody sees is not computed, and weights behind the diagonal mean nothing. */
  isCausal?: boolean;
}

/** Views of the job's arrays, by what is computed with them. */
export const ATTENTION_VIEWS = { scores: 0, values: VIEW_BYTES } as const;
export const GRADIENT_VIEWS = {
  scores: 0,
  queries: VIEW_BYTES,
  keys: 2 * VIEW_BYTES,
  values: 3 * VIEW_BYTES,
} as const;

/** Dimensions of the softmax's weights, and of what was attended to. */
export function attentionShapes({ batch, heads, asking, seen, width }: AttentionSizes): number[][] {
  return [
    [batch, heads, asking, seen],
    [batch, asking, heads, width],
  ];
}

/** Dimensions of the gradients of queries, keys and values. */
export function gradientShapes({ batch, heads, asking, seen, width }: AttentionSizes): number[][] {
  return [asking, seen, seen].map((tokens) => [batch, tokens, heads, width]);
}

/** What a thread keeps for a head: the gradient of its scores. */
export function ownBytesOfGradient({ asking, seen }: AttentionSizes): number {
  return asking * seen * FLOAT_BYTES;
}

/** Tokens that see the same others, of those up to the last one of them. */
function lowerBlocks({ asking, isCausal = false }: AttentionSizes): readonly Range[] | null {
  const tokens = causalBlockTokens(asking);
  return isCausal && asking > tokens ? pieces([0, asking], tokens, tokens) : null;
}

const HEADS_INSIDE: Interleaving = { a: true, b: true, result: false };
const HEADS_WEIGHED: Interleaving = { a: false, b: true, result: true };

/** Products of all heads, each of these sizes. */
function products(
  { batch, heads }: AttentionSizes,
  [rows, depth, columns]: readonly [number, number, number],
  further: Partial<ProductSizes>,
): ProductSizes {
  return { ...PLAIN_PRODUCT, outer: [batch, heads], rows, depth, columns, ...further };
}

/** One head after the other, so that its scores are still in the cache when they are read again; threads share the heads. */
function byHeads({ batch, heads }: AttentionSizes, threads: number, steps: (head: number) => Step[]): Step[][] {
  return shares(batch * heads, 1, threads).map(([first, end]) =>
    Array.from({ length: end - first }, (_, index) => steps(first + index)).flat(),
  );
}

function inView(view: number, steps: Step[]): Step[] {
  return steps.map((step) => ({ ...step, view }));
}

/** The two products of all heads: the softmax of scores, w = softmax(scale·q·kᵀ + mask), and w·v. */
function forwardProducts(sizes: AttentionSizes): { scores: ProductSizes; values: ProductSizes } {
  const { asking, seen, width, scale, mask } = sizes;
  const blocks = lowerBlocks(sizes);
  return {
    scores: products(sizes, [asking, width, seen], {
      transposeB: true,
      scale,
      finish: { kind: 'softmax', mask },
      interleaved: HEADS_INSIDE,
      lower: blocks && { of: 'result', blocks },
    }),
    values: products(sizes, [asking, seen, width], {
      interleaved: HEADS_WEIGHED,
      lower: blocks && { of: 'a', blocks },
    }),
  };
}

/** The program of each thread: both products, for one head after the other. */
export function planAttention(sizes: AttentionSizes, threads: number): Step[][] {
  const { scores, values } = forwardProducts(sizes);
  return byHeads(sizes, threads, (head) => [
    ...inView(ATTENTION_VIEWS.scores, stepsOfProduct(scores, head)),
    ...inView(ATTENTION_VIEWS.values, stepsOfProduct(values, head)),
  ]);
}

/** Tokens of a head that ask at once where nobody reads the weights afterwards: so few that their weights stay in the cache. */
const ASKING_AT_ONCE = 128;

/** What a thread keeps for a head whose weights nobody reads afterwards. */
export function ownBytesOfHead({ asking, seen }: AttentionSizes): number {
  return Math.min(asking, ASKING_AT_ONCE) * seen * FLOAT_BYTES;
}

/** The steps of the first text's first head, where nobody reads the weights afterwards: those of some tokens lie where those of the tokens before did. */
export function planHead(sizes: AttentionSizes): Step[] {
  const { scores, values } = forwardProducts(sizes);
  return pieces([0, sizes.asking], ASKING_AT_ONCE, TILE_ROWS).flatMap((rows) => {
    const before = rows[0] * sizes.seen * FLOAT_BYTES;
    const isPacking = ({ code }: Step): boolean => code.startsWith('pack');
    return [
      ...inView(
        ATTENTION_VIEWS.scores,
        stepsOfRows(scores, rows, 0).map((step) =>
          isPacking(step) ? step : { ...step, result: step.result - before },
        ),
      ),
      ...inView(
        ATTENTION_VIEWS.values,
        stepsOfRows(values, rows, 0).map((step) =>
          isPacking(step) ? step : { ...step, source: step.source - before },
        ),
      ),
    ];
  });
}

/**
 * The program of each thread for its gradient, with weights w and the outcome's gradient dO, for each head: that of the weights, dw = dO·vᵀ, in its place the scores'
 * gradient dS = w∘(dw − Σ w∘dw), which stays with the thread, then dq = scale·dS·k, dk = scale·dSᵀ·q and dv = wᵀ·dO. The sum over a row could be had of dO and the outcome as well (Dao et al. 2022), but not of the same
 * rounded numbers: where a token attends to one other nearly alone, what is left of the difference would be rounding.
 */
export function planAttentionGradient(sizes: AttentionSizes, threads: number): Step[][] {
  const { asking, seen, width, scale } = sizes;
  const blocks = lowerBlocks(sizes);
  const scores = products(sizes, [asking, width, seen], {
    transposeB: true,
    interleaved: HEADS_INSIDE,
    lower: blocks && { of: 'result', blocks },
  });
  const ofScores = { scale, interleaved: HEADS_WEIGHED, lower: blocks && ({ of: 'a', blocks } as const) };
  const queries = products(sizes, [asking, seen, width], ofScores);
  const keys = products(sizes, [seen, asking, width], { ...ofScores, transposeA: true });
  const values = { ...keys, scale: 1 };
  const scoreBytes = asking * seen * FLOAT_BYTES;
  return byHeads(sizes, threads, (head) => {
    /** The scores' gradient, factor a, is there for one head only. */
    const readingOwn = (step: Step): Step =>
      step.code.startsWith('pack a') || (step.code.startsWith('multiply') && !step.isPacked)
        ? { ...step, source: step.source - head * scoreBytes, own: ['source'] }
        : step;
    const writingOwn = (step: Step): Step =>
      step.code.startsWith('multiply') ? { ...step, result: step.result - head * scoreBytes, own: ['result'] } : step;
    return [
      ...inView(GRADIENT_VIEWS.scores, stepsOfProduct(scores, head).map(writingOwn)),
      ...inView(
        GRADIENT_VIEWS.scores,
        (blocks ?? [null]).map((block) => softmaxGradient(sizes, head, block)),
      ),
      ...inView(GRADIENT_VIEWS.queries, stepsOfProduct(queries, head).map(readingOwn)),
      ...inView(GRADIENT_VIEWS.keys, stepsOfProduct(keys, head).map(readingOwn)),
      ...inView(GRADIENT_VIEWS.values, stepsOfProduct(values, head)),
    ];
  });
}

/** The gradient of the scores of a head, in place of that of its weights: of all tokens, or of a block that sees nothing behind its end. */
function softmaxGradient({ asking, seen }: AttentionSizes, head: number, block: Range | null): Step {
  const [first, end] = block ?? [0, asking];
  const rowBytes = seen * FLOAT_BYTES;
  return {
    ...BLANK,
    ...alongRow(block === null ? seen : end),
    code: 'softmax gradient',
    own: ['result'],
    matrix: (head * asking + first) * rowBytes,
    result: first * rowBytes,
    resultStride: rowBytes,
    tiles: end - first,
  };
}
