import type { Installation } from './installation.ts';

/** One Ctrl-C arrives several times, through the terminal, npm and the bootstrap; only a later one is a second one. */
const sameKeypressMs = 1_000;
const forcedExitCode = 130;

/**
 * Starts an installation, calls `onReady`, and ends it on Ctrl-C, SIGTERM or a closed terminal with exit code 0; a second
 * Ctrl-C ends this process at once. What cannot start is one sentence on standard error and exit code 1.
 */
export async function runUntilSignal(
  start: () => Promise<Installation>,
  onReady: (installation: Installation) => void,
): Promise<void> {
  let firstSignalAt: number | undefined;
  const signalled = Promise.withResolvers<void>();
  const onSignal = (): void => {
    firstSignalAt ??= performance.now();
    if (performance.now() - firstSignalAt > sameKeypressMs) process.exit(forcedExitCode);
    signalled.resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  try {
    const installation = await start();
    if (firstSignalAt === undefined) onReady(installation);
    await signalled.promise;
    await installation.stop();
    process.exit(0);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
