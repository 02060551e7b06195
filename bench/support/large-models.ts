import type { ModelSettings } from '../../worker/src/model/settings.ts';
import type { PlainArray } from '../../worker/src/runtime/test-support/plain-runner.ts';
import type { Batch } from '../../worker/src/training/engine.ts';

/** What is common to models whose float32 weights take more than 2 GB. */
const COMMON: ModelSettings = {
  architecture: 'decoder-only',
  vocabularySize: 32_000,
  dModel: 1536,
  heads: 12,
  encoderLayers: 0,
  decoderLayers: 0,
  feedForward: 6144,
  activation: 'gelu',
  normalisation: 'pre',
  positions: 'learned',
  dropout: 0,
  maxSourceTokens: 64,
  maxTargetTokens: 64,
  head: null,
};

/** One such model for each architecture. */
export const LARGE_MODELS: Readonly<Record<ModelSettings['architecture'], ModelSettings>> = {
  'decoder-only': { ...COMMON, decoderLayers: 18 },
  'encoder-decoder': { ...COMMON, architecture: 'encoder-decoder', encoderLayers: 8, decoderLayers: 8 },
  'encoder-classifier': {
    ...COMMON,
    architecture: 'encoder-classifier',
    encoderLayers: 19,
    head: { task: 'single-label', outputs: 5 },
  },
};

const TEXT = [1, 17, 31_999, 4, 905, 12_345];
const SOURCE = [8, 20_001, 77, 3141];

/** The texts that engine and exported files are asked about. */
export function largeBatch({ architecture }: ModelSettings): Batch {
  if (architecture === 'encoder-classifier') {
    return { source: Int32Array.from(TEXT), sourceLength: TEXT.length, batchSize: 1, labels: Int32Array.of(0) };
  }
  const source = architecture === 'encoder-decoder' ? SOURCE : [];
  return {
    source: Int32Array.from(source),
    sourceLength: source.length,
    targetIn: Int32Array.from(TEXT),
    targetOut: Int32Array.from([...TEXT.slice(1), 2]),
    targetLength: TEXT.length,
    batchSize: 1,
  };
}

type Run = (model: string, feeds: Record<string, PlainArray>) => Promise<Record<string, PlainArray>>;

const ids = (data: number[]): PlainArray => ({ type: 'int64', shape: [1, data.length], data });
const ones = (count: number): PlainArray => ids(Array.from({ length: count }, () => 1));

/** Logits that exported files give for the same texts, row by row. */
export async function exportedLogits(model: ModelSettings, run: Run): Promise<number[]> {
  const { architecture, decoderLayers, heads, dModel } = model;
  if (architecture === 'encoder-classifier') {
    return logitsOf(await run('model', { input_ids: ids(TEXT), attention_mask: ones(TEXT.length) }));
  }
  if (architecture === 'encoder-decoder') {
    const mask = ones(SOURCE.length);
    const encoded = await run('encoder_model', { input_ids: ids(SOURCE), attention_mask: mask });
    const memory = encoded['last_hidden_state'] as PlainArray;
    const feeds = { input_ids: ids(TEXT), encoder_hidden_states: memory, encoder_attention_mask: mask };
    return logitsOf(await run('decoder_model', feeds));
  }
  const empty: PlainArray = { type: 'float32', shape: [1, heads, 0, dModel / heads], data: [] };
  const past = Array.from({ length: decoderLayers }, (_, layer) =>
    ['key', 'value'].map((role) => [`past_key_values.${layer}.${role}`, empty] as const),
  );
  return logitsOf(
    await run('model', {
      input_ids: ids(TEXT),
      attention_mask: ones(TEXT.length),
      position_ids: ids(TEXT.map((_, place) => place)),
      ...Object.fromEntries(past.flat()),
    }),
  );
}

function logitsOf(outputs: Record<string, PlainArray>): number[] {
  const { logits } = outputs;
  if (logits === undefined) throw new Error('The exported model gave no logits');
  return logits.data;
}
