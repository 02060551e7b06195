import { isIPv6 } from 'node:net';

/** What a request says about where it came from. */
export interface RequestOrigin {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
  /** True where the caller proves itself by a bearer token, which no browser adds by itself. */
  readonly hasBearer: boolean;
}

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Name or address in a Host header, without its port and brackets. */
function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(host)?.[1];
  return (bracketed ?? host.replace(/:\d*$/, '')).toLowerCase();
}

/** Whether a name can be made to point here by a stranger's name server; literal addresses and localhost cannot. */
function canBeRebound(name: string): boolean {
  return !(name === 'localhost' || name.endsWith('.localhost') || /^[\d.]+$/.test(name) || isIPv6(name));
}

/**
 * Whether a request that relies on the browser's cookie (or would set one) must be refused: it addresses the server by
 * a name that is not ours (DNS rebinding), or it changes something and comes from another site (CSRF).
 */
export function isForeign(request: RequestOrigin, ownHosts: ReadonlySet<string>): boolean {
  if (request.hasBearer) return false;
  const name = hostName(request.host ?? '');
  if (name === '' || (canBeRebound(name) && !ownHosts.has(name))) return true;
  if (SAFE_METHODS.includes(request.method)) return false;
  if (request.secFetchSite !== undefined && !['same-origin', 'none'].includes(request.secFetchSite)) return true;
  if (request.origin === undefined) return false;
  try {
    return new URL(request.origin).host.toLowerCase() !== (request.host ?? '').toLowerCase();
  } catch {
    return true;
  }
}
