import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { errorBody } from '../../api/error-codes.ts';
import { id } from '../../api/identifiers.ts';

/** Most stop sequences of one request. */
export const MAX_STOP_SEQUENCES = 4;

/** Longest stop sequence, in UTF-16 units. */
export const MAX_STOP_LENGTH = 100;

/** What to write after which text, and how tokens are chosen. */
export const generationSettings = z
  .object({
    prompt: z.string().min(1).max(2000),
    maxTokens: z.number().int().min(1).max(512).default(64),
    /** 0 takes the likeliest token each time; above 0 tokens are drawn from softmax(logits / temperature). */
    temperature: z.number().min(0).max(2).default(0),
    /** Draws among so many of the likeliest tokens; 0 among all. */
    topK: z.number().int().min(0).max(65_536).default(0),
    /** Draws among the likeliest tokens whose probabilities first add up to this much (nucleus sampling); 1 among all. */
    topP: z.number().gt(0).max(1).default(1),
    /** Texts before the first of which the continuation ends; they are not part of it. */
    stop: z.array(z.string().min(1).max(MAX_STOP_LENGTH)).max(MAX_STOP_SEQUENCES).default([]),
    seed: z.number().int().min(0).max(2_147_483_647).default(1),
  })
  .meta({ id: 'GenerationSettings' });

/** Why a text ends: the model ended it or a stop sequence came, it is as long as was asked for or as the model writes, or no time was left. */
export const finishReason = z.enum(['stop', 'length', 'time']);

/** Why a text ends. */
export type FinishReason = z.infer<typeof finishReason>;

/** A prompt with its continuation. */
export const generatedText = z
  .object({
    /** The prompt with its continuation. */
    text: z.string(),
    /** Number of generated tokens. */
    tokens: z.number().int(),
    finishReason,
    /** The stop sequence that ended the text; null where none did. */
    stopSequence: z.string().nullable(),
    checkpointStep: z.number().int(),
    elapsedMs: z.number(),
  })
  .meta({ id: 'GeneratedText' });

/** A prompt with its continuation. */
export type GeneratedText = z.infer<typeof generatedText>;

/** A piece of a continuation; the pieces in order are its beginning. */
export const textPiece = z.object({
  text: z.string(),
  /** Number of tokens generated so far. */
  tokens: z.number().int(),
});

/** A piece of a continuation. */
export type TextPiece = z.infer<typeof textPiece>;

/** The events of a stream of text by name: any number of pieces, then its end, which repeats the whole, or an error. */
export const TEXT_EVENTS = { piece: textPiece, end: generatedText, error: errorBody } as const;

const runParams = z.object({ runId: id });

const GENERATION_ERRORS = ['no-checkpoint', 'writes-no-text', 'inference-busy', 'inference-unavailable'] as const;

export const generateText = defineRoute({
  id: 'generateText',
  method: 'POST',
  path: '/api/runs/{runId}/generate',
  summary:
    'Continue a prompt with the checkpoint that the run evaluated, or its newest; temperature 0 is greedy decoding.',
  permission: 'project:read',
  params: runParams,
  body: generationSettings,
  reply: generatedText,
  errors: [...GENERATION_ERRORS],
});

export const streamText = defineRoute({
  id: 'streamText',
  method: 'POST',
  path: '/api/runs/{runId}/generate/stream',
  summary:
    'Continue a prompt as server-sent events: `piece` with text as it becomes certain, then `end` with the reply of `generate` for the same body, or `error`. Hanging up stops the writing.',
  permission: 'project:read',
  params: runParams,
  body: generationSettings,
  stream: 'events',
  errors: [...GENERATION_ERRORS, 'too-many-requests'],
});
