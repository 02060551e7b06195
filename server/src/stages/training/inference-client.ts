import { errorBody, type ErrorCode } from '@greenlight/shared/api/error-codes.ts';
import { textPiece } from '@greenlight/shared/stages/training/generation.ts';
import {
  inferenceReply,
  type InferenceReply,
  type InferenceRequest,
} from '@greenlight/shared/worker-protocol/inference.ts';
import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';
import type { z } from 'zod';
import { AppError } from '../../plugins/app-error.ts';

/** Where the inference service listens, and the token that opens it. */
export interface InferenceAddress {
  readonly url: string;
  readonly token: string;
}

/** What the service tells of a text that it writes: what has come since the last time, and the whole at its end. */
export type WrittenEvent = { readonly piece: z.output<typeof textPiece> } | { readonly end: InferenceReply };

/** The inference service; every call throws `inference-busy`, `storage-full`, `model-file-failed` with the reason, or `inference-unavailable`. */
export interface InferenceClient {
  /** Asks and waits for the whole answer; nothing goes on there when the signal ends. */
  ask<Reply extends z.ZodType>(
    path: 'generate' | 'classify' | 'predict',
    request: object,
    reply: Reply,
    signal?: AbortSignal,
  ): Promise<z.output<Reply>>;
  /** Asks for a text as it is written, once its first piece is there; the events throw as well. */
  write(request: InferenceRequest, signal: AbortSignal): Promise<AsyncIterable<WrittenEvent>>;
}

/** Longest wait for an answer, in milliseconds: the largest model on a slow machine, 512 tokens. */
const ANSWER_LIMIT_MS = 120_000;

/** What the service refuses with that whoever asked should know; anything else is its own affair. */
const TOLD: readonly ErrorCode[] = ['model-file-failed', 'inference-busy', 'storage-full'];

/** What a request was refused for, where the service said so. */
async function reasonOf(response: Response): Promise<AppError | undefined> {
  const body = errorBody.safeParse(await response.json().catch(() => null));
  const code = body.success ? TOLD.find((told) => told === body.data.error.code) : undefined;
  return code === undefined ? undefined : new AppError(code, body.data?.error.details);
}

function unavailable(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const refusal = new AppError('inference-unavailable');
  refusal.cause = cause;
  return refusal;
}

function eventOf({ event, data }: EventSourceMessage): WrittenEvent {
  const value: unknown = JSON.parse(data);
  if (event === 'piece') return { piece: textPiece.parse(value) };
  if (event === 'end') return { end: inferenceReply.parse(value) };
  throw new Error(`the inference service ended a text with "${event}": ${data}`);
}

async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<WrittenEvent> {
  try {
    const messages = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    for await (const message of messages) {
      const event = eventOf(message);
      yield event;
      if ('end' in event) return;
    }
    throw new Error('the inference service hung up before the end of a text');
  } catch (error) {
    throw unavailable(error);
  }
}

/** Builds the client of the inference service. */
export function createInferenceClient({ url, token }: InferenceAddress): InferenceClient {
  const base = url.endsWith('/') ? url : `${url}/`;
  async function post(path: string, request: object, signal: AbortSignal | undefined): Promise<Response> {
    const late = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const response = await fetch(new URL(path, base), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(request),
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
      redirect: 'error',
    });
    if (response.ok) return response;
    throw (await reasonOf(response)) ?? new Error(`the inference service answered ${response.status}`);
  }
  return {
    async ask(path, request, reply, signal) {
      try {
        const response = await post(path, request, signal);
        return reply.parse(await response.json());
      } catch (error) {
        throw unavailable(error);
      }
    },
    async write(request, signal) {
      try {
        const { body } = await post('generate/stream', request, signal);
        if (body === null) throw new Error('the inference service answered nothing');
        return eventsOf(body);
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}
