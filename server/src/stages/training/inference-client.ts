import { errorBody } from '@greenlight/shared/api/error-codes.ts';
import type { z } from 'zod';
import { AppError } from '../../plugins/app-error.ts';

/** Where the inference service listens, and the token that opens it. */
export interface InferenceAddress {
  readonly url: string;
  readonly token: string;
}

/** Asks the inference service; throws `inference-unavailable`, or `model-file-failed` with the reason. */
export type InferenceClient = <Reply extends z.ZodType>(
  path: 'generate' | 'classify' | 'predict',
  request: object,
  reply: Reply,
) => Promise<z.output<Reply>>;

/** Longest wait for an answer, in milliseconds: the largest model on a slow machine, 512 tokens. */
const ANSWER_LIMIT_MS = 120_000;

/** What an imported model was refused for, where the service said so. */
async function reasonOf(response: Response): Promise<AppError | undefined> {
  const body = errorBody.safeParse(await response.json().catch(() => null));
  if (!body.success || body.data.error.code !== 'model-file-failed') return undefined;
  return new AppError('model-file-failed', body.data.error.details);
}

/** Builds the client of the inference service. */
export function createInferenceClient({ url, token }: InferenceAddress): InferenceClient {
  const base = url.endsWith('/') ? url : `${url}/`;
  return async (path, request, reply) => {
    try {
      const response = await fetch(new URL(path, base), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(request),
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
        redirect: 'error',
      });
      if (!response.ok) {
        throw (await reasonOf(response)) ?? new Error(`the inference service answered ${response.status}`);
      }
      return reply.parse(await response.json());
    } catch (error) {
      if (error instanceof AppError) throw error;
      const refusal = new AppError('inference-unavailable');
      refusal.cause = error;
      throw refusal;
    }
  };
}
