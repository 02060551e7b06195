import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { supervise, type ProcessPlan, type SupervisedProcess } from './supervised-process.ts';

const readyMessage = z.object({ type: z.literal('ready'), url: z.string(), signInUrl: z.string().optional() });

/** What the server tells the launcher once it answers requests. */
export type ServerReady = z.infer<typeof readyMessage>;

/** The last thing that a process wrote before it ended, without the fields of a structured log line. */
function lastWords(logFile: string): string {
  const line = readFileSync(logFile, 'utf8').trim().split('\n').at(-1) ?? '';
  try {
    const entry = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return entry.err?.message ?? entry.msg ?? line;
  } catch {
    return line;
  }
}

/**
 * Starts the server and waits until it answers requests. When it ends before, it is not started again: the promise rejects
 * with one sentence that carries its last words.
 */
export async function startServer(
  plan: ProcessPlan,
  report: (sentence: string) => void,
): Promise<{ readonly process: SupervisedProcess; readonly ready: ServerReady }> {
  let isSettled = false;
  const ready = Promise.withResolvers<ServerReady>();
  const process = supervise(
    {
      ...plan,
      onMessage: (message) => {
        const parsed = readyMessage.safeParse(message);
        if (parsed.success) ready.resolve(parsed.data);
      },
    },
    (sentence) => {
      if (isSettled) report(sentence);
      else
        ready.reject(new Error(`The server did not start: ${lastWords(plan.logFile)} (its log is ${plan.logFile}).`));
    },
  );
  try {
    return { process, ready: await ready.promise };
  } catch (error) {
    await process.stop(0);
    throw error;
  } finally {
    isSettled = true;
  }
}
