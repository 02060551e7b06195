import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections (from 32,768 on Linux, 49,152 elsewhere), which take ports unasked. */
const LOWEST = 15_000;
const HIGHEST = 32_000;
const ATTEMPTS = 100;

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}

/**
 * A TCP port that was free on the loopback address a moment ago, drawn by chance and never one that the system hands
 * to connections, so that it can also be let go and taken again. Throws when 100 draws found none.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port between ${LOWEST} and ${HIGHEST} was found on 127.0.0.1.`);
}
