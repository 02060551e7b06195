import { once } from 'node:events';
import { createServer } from 'node:net';

const reasons: Record<string, (address: string) => string> = {
  EADDRINUSE: (address) =>
    `${address} is already in use: stop the program that uses it, or set PORT to another number.`,
  EACCES: (address) => `${address} may not be opened by this user: set PORT to a number above 1023.`,
  EADDRNOTAVAIL: (address) => `${address} is not an address of this machine: set HOST to one, such as 127.0.0.1.`,
  ENOTFOUND: (address) => `${address} is not a known address: set HOST to one of this machine, such as 127.0.0.1.`,
};

/** Makes sure that a server could listen on `host` and `port`; throws one sentence that says why not. */
export async function assertCanListen(host: string, port: number): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const address = `Port ${port} on ${host}`;
    throw new Error(reasons[code]?.(address) ?? `${address} cannot be opened: ${message}.`, { cause: error });
  }
  probe.close();
  await once(probe, 'close');
}

/** The address by which a process on this machine reaches a server that listens on `host` and `port`. */
export function localUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
