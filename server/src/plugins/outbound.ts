import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup as resolveName } from 'node:dns/promises';
import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Why a request to an address that a person gave came to nothing. */
export type OutboundFailure = 'address-not-allowed' | 'not-found' | 'unreachable' | 'too-slow' | 'too-large';

/** A request to an address that a person gave came to nothing. */
export class OutboundError extends Error {
  readonly failure: OutboundFailure;

  constructor(failure: OutboundFailure) {
    super(failure);
    this.name = 'OutboundError';
    this.failure = failure;
  }
}

/** What came back; redirects are replies like any other and are never followed. */
export interface OutboundReply {
  readonly status: number;
  readonly body: string;
}

/** Makes the requests to addresses that people give. */
export interface Outbound {
  /** Whether an address may be asked as it is written; names are judged again by what they resolve to. Throws `OutboundError`. */
  check(url: string): void;
  /** Throws `OutboundError`. */
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<OutboundReply>;
}

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 1024 * 1024;

/** Every IPv4 network that is not the public Internet (IANA's special-purpose registry). */
const SPECIAL_NETWORKS: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const special = new BlockList();
for (const [network, prefix] of SPECIAL_NETWORKS) special.addSubnet(network, prefix, 'ipv4');
// Inside the global unicast range: documentation, and tunnels that carry an IPv4 address of any kind.
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  special.addSubnet(network, prefix, 'ipv6');

const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address belongs to the public Internet: not loopback, private, link-local, mapped or otherwise special. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  return family === 6 && globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** Collects a body of limited size; rejects with `too-large` beyond it. */
async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      response.destroy();
      throw new OutboundError('too-large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failureOf(error: unknown): OutboundError {
  const { code, name } = error as { code?: string; name?: string };
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'ABORT_ERR') return new OutboundError('too-slow');
  return new OutboundError(code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'not-found' : 'unreachable');
}

/** Builds the maker of requests; only an installation that says so lets them reach addresses inside its network. */
export function createOutbound({
  allowsPrivate,
  timeoutMs = TIMEOUT_MS,
}: {
  readonly allowsPrivate: boolean;
  readonly timeoutMs?: number;
}): Outbound {
  const refuse = (address: string): void => {
    if (!allowsPrivate && !isPublicAddress(address)) throw new OutboundError('address-not-allowed');
  };

  function parse(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
      throw new OutboundError('address-not-allowed');
    // The parser has turned decimal, octal and shortened addresses into plain ones by now.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) refuse(host);
    else if (!allowsPrivate && /(^|\.)(localhost|local|internal)\.?$/i.test(host))
      throw new OutboundError('address-not-allowed');
    return url;
  }

  async function resolvePublic(host: string, options: LookupOptions): Promise<LookupAddress[] | Error> {
    try {
      const addresses = await resolveName(host, { ...options, all: true });
      for (const { address } of addresses) refuse(address);
      return addresses;
    } catch (error) {
      return error as Error;
    }
  }

  /** Resolves a name and gives the connection exactly the addresses that were judged: a second answer cannot slip in. */
  const lookup: LookupFunction = (host, options, answer) => {
    void resolvePublic(host, options).then((found) => {
      if (found instanceof Error) return answer(found, '');
      const [first] = found;
      return options.all === true ? answer(null, found) : answer(null, first?.address ?? '', first?.family);
    });
  };

  return {
    check: (url) => void parse(url),
    async get(text, headers = {}) {
      const url = parse(text);
      const request = url.protocol === 'https:' ? requestSecure : requestPlain;
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const reply = Promise.withResolvers<IncomingMessage>();
        request(url, { method: 'GET', headers, lookup, signal, agent: false }, reply.resolve)
          .on('error', reply.reject)
          // Nobody asked for another protocol; without a listener the request would end without a word.
          .on('upgrade', (_response, socket) => {
            socket.destroy();
            reply.reject(new OutboundError('unreachable'));
          })
          .end();
        const response = await reply.promise;
        const body = await bodyOf(response);
        // Where a body ends with its connection, one that was cut off looks whole.
        signal.throwIfAborted();
        return { status: response.statusCode ?? 0, body };
      } catch (error) {
        if (error instanceof OutboundError) throw error;
        throw failureOf(signal.aborted ? signal.reason : error);
      }
    },
  };
}
