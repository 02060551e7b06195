import { TEXT_EVENTS, streamText, type GeneratedText } from '@greenlight/shared/stages/training/generation.ts';
import { useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import { ApiError, OFFLINE_CODE } from '../../../api/api-error.ts';
import { callForEvents } from '../../../api/client.ts';

type Settings = z.input<NonNullable<typeof streamText.body>>;

/** A text that a model writes: what has come of it, and how it ended. */
export interface Generation {
  readonly state: 'idle' | 'writing' | 'ended' | 'halted' | 'failed';
  /** The prompt with what has come of its continuation. */
  readonly text: string;
  /** What the text was asked for with. */
  readonly maxTokens: number;
  /** The whole, once it has ended by itself. */
  readonly end: GeneratedText | null;
  readonly error: unknown;
}

const NOTHING: Generation = { state: 'idle', text: '', maxTokens: 0, end: null, error: null };

/** Lets a run's model write, one text at a time; leaving the page stops the writing. */
export function useGeneration(runId: string) {
  const [generation, setGeneration] = useState(NOTHING);
  const writing = useRef<AbortController>(null);
  useEffect(() => () => writing.current?.abort(), []);

  async function start(settings: Settings): Promise<void> {
    writing.current?.abort();
    const mine = new AbortController();
    writing.current = mine;
    const change = (to: (now: Generation) => Partial<Generation>): void => {
      if (writing.current === mine) setGeneration((now) => ({ ...now, ...to(now) }));
    };
    let hasBegun = false;
    setGeneration({ ...NOTHING, state: 'writing', text: settings.prompt, maxTokens: settings.maxTokens ?? 0 });
    try {
      const input = { params: { runId }, body: settings };
      for await (const { event, data } of callForEvents(streamText, input, TEXT_EVENTS, mine.signal)) {
        hasBegun = true;
        if (event === 'piece') change(({ text }) => ({ text: text + data.text }));
        if (event !== 'end') continue;
        change(() => ({ state: 'ended', text: data.text, end: data }));
        return;
      }
      throw new ApiError({ code: OFFLINE_CODE, status: 0, message: 'the stream ended before the text' });
    } catch (error) {
      const kept = hasBegun ? {} : { text: '' };
      change(() => (mine.signal.aborted ? { state: 'halted' } : { ...kept, state: 'failed', error }));
    }
  }

  return { generation, start: (settings: Settings) => void start(settings), halt: () => writing.current?.abort() };
}
