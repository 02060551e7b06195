import { listProjects } from '@greenlight/shared/projects/contract.ts';
import { expect, test } from 'vitest';
import type { Transaction } from '../database/client.ts';
import { startInstallation } from '../testing/installation.ts';
import { signedInAdmin } from '../testing/people.ts';
import { isDeadlock } from './database-errors.ts';

const [ONE, OTHER] = [81_001, 81_002];
const lock = (transaction: Transaction, key: number) => transaction.$executeRaw`SELECT pg_advisory_xact_lock(${key})`;

test('of two that wait for each other one is told that nothing was changed, and both kinds of statements say so', async () => {
  const installation = await startInstallation();
  const { database, services } = installation;
  const crossed = (first: number, second: number, both: Promise<void>, arrived: () => void) =>
    database.$transaction(
      async (transaction) => {
        await lock(transaction, first);
        arrived();
        await both;
        await lock(transaction, second);
      },
      { timeout: 120_000 },
    );
  const deadlock = async (): Promise<unknown> => {
    const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const outcomes = await Promise.allSettled([
      crossed(ONE, OTHER, other.promise, one.resolve),
      crossed(OTHER, ONE, one.promise, other.resolve),
    ]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed).toHaveLength(1);
    return failed[0]?.reason;
  };
  const error = await deadlock();
  expect(isDeadlock(error)).toBe(true);

  const admin = await signedInAdmin(installation.url);
  services.projects.list = () => Promise.reject(error);
  const answer = await admin.ask(listProjects);
  expect([answer.status, answer.body.error.code]).toEqual([503, 'in-each-others-way']);
  await installation.close();
});
