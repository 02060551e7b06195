import { z } from 'zod';

/** Every setting of a training run, in the vocabulary of the field; defaults are the article's where it names one. */
export const runConfiguration = z
  .object({
    architecture: z.enum(['encoder-decoder', 'decoder-only']).default('encoder-decoder'),
    /** Upper limit; the tokenizer stops at the symbols that the data has. */
    vocabularySize: z.number().int().min(16).max(50_000).default(10_000),
    tokenizer: z.enum(['character']).default('character'),
    dModel: z.number().int().min(8).max(2048).default(512),
    heads: z.number().int().min(1).max(64).default(8),
    encoderLayers: z.number().int().min(0).max(24).default(2),
    decoderLayers: z.number().int().min(1).max(24).default(2),
    feedForward: z.number().int().min(8).max(8192).default(2048),
    activation: z.enum(['relu', 'gelu', 'tanh', 'sigmoid']).default('relu'),
    normalisation: z.enum(['pre', 'post']).default('pre'),
    positions: z.enum(['sinusoidal', 'learned']).default('sinusoidal'),
    dropout: z.number().min(0).max(0.9).default(0),
    /** Longest item in tokens; longer items are cut and counted. */
    maxTokens: z.number().int().min(8).max(1024).default(128),
    /** What the model learns: `prefix-to-whole` gives a random prefix and asks for the whole item. */
    task: z.enum(['prefix-to-whole', 'next-token']).default('prefix-to-whole'),
    loss: z.enum(['cross-entropy']).default('cross-entropy'),
    labelSmoothing: z.number().min(0).max(0.5).default(0),
    optimiser: z.enum(['adam', 'adamw', 'sgd', 'momentum']).default('adam'),
    learningRate: z.number().gt(0).max(10).default(0.001),
    schedule: z.enum(['constant', 'linear', 'warmup-cosine']).default('constant'),
    warmupSteps: z.number().int().min(0).max(1_000_000).default(0),
    /** L2 regularisation (decoupled with adamw). */
    weightDecay: z.number().min(0).max(1).default(0),
    clipNorm: z.number().gt(0).max(1000).nullable().default(null),
    batchSize: z.number().int().min(1).max(512).default(1),
    epochs: z.number().int().min(1).max(10_000).default(10),
    /** Evaluations without a better validation loss before the run stops; null trains all epochs. */
    earlyStoppingPatience: z.number().int().min(1).max(1000).nullable().default(null),
    /** Steps between evaluation points; null evaluates at each epoch's end. */
    evaluateEverySteps: z.number().int().min(1).max(1_000_000).nullable().default(null),
    checkpointEverySteps: z.number().int().min(1).max(1_000_000).nullable().default(null),
    samplePrompts: z.array(z.string().min(1).max(200)).max(8).default([]),
    seed: z.number().int().min(0).max(2_147_483_647).default(1),
    device: z.enum(['auto', 'cpu', 'webgpu']).default('auto'),
  })
  .superRefine((settings, context) => {
    if (settings.dModel % settings.heads !== 0)
      context.addIssue({ code: 'custom', path: ['heads'], message: 'dModel must be divisible by heads' });
    if (settings.dModel % 2 !== 0)
      context.addIssue({ code: 'custom', path: ['dModel'], message: 'dModel must be even' });
    if (settings.architecture === 'encoder-decoder' && settings.encoderLayers < 1)
      context.addIssue({ code: 'custom', path: ['encoderLayers'], message: 'an encoder needs at least one layer' });
    if (settings.architecture === 'decoder-only' && settings.task !== 'next-token')
      context.addIssue({ code: 'custom', path: ['task'], message: 'decoder-only learns the task next-token' });
  })
  .meta({ id: 'RunConfiguration' });

/** Every setting of a training run. */
export type RunConfiguration = z.infer<typeof runConfiguration>;
