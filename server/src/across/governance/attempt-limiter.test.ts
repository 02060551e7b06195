import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyRequest } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { registerErrors } from '../../plugins/errors.ts';
import { attemptLimiter, networkOf } from './attempt-limiter.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network));

async function attempts(addressOf: (index: number) => string, accountOf: (index: number) => string, times: number) {
  const app = Fastify();
  onTestFinished(() => app.close());
  registerErrors(app);
  await app.register(rateLimit, { global: false });
  const limit = attemptLimiter(app);
  const preHandler = (request: FastifyRequest) => limit(request, (request.params as { account: string }).account);
  app.get('/:account', { preHandler }, (_, reply) => reply.send('let in'));
  let letIn = 0;
  for (let index = 0; index < times; index += 1) {
    const remoteAddress = addressOf(index);
    const { statusCode } = await app.inject({ url: `/${accountOf(index)}`, remoteAddress });
    if (statusCode === 200) letIn += 1;
  }
  return letIn;
}

test.each([
  ['one account from one address', 20, () => '192.0.2.1', () => 'a', 30],
  ['one account from one IPv6 network', 20, (index: number) => `2001:db8::${index.toString(16)}`, () => 'a', 30],
  ['one account from ever other addresses', 100, (index: number) => `198.51.100.${index}`, () => 'a', 130],
  ['ever other accounts from one address', 100, () => '192.0.2.1', (index: number) => `a${index}`, 130],
  ['ever other accounts from ever other addresses', 130, (index: number) => `198.51.100.${index}`, String, 130],
] as const)('%s: %i attempts', async (_title, allowed, addressOf, accountOf, times) => {
  expect(await attempts(addressOf, accountOf, times)).toBe(allowed);
});
