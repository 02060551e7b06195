import { randomBytes } from 'node:crypto';
import type { Database } from '../../database/client.ts';
import type { PeopleStore } from './people-store.ts';
import type { SessionLibrary } from './session-library.ts';
import { secretHash } from './token-secret.ts';

const LINK_LIFE_MS = 24 * 60 * 60 * 1000;

/** Name of the first admin until they give their own e-mail; `.invalid` can never receive mail (RFC 2606). */
const PLACEHOLDER_EMAIL = 'admin@greenlight.invalid';

/** Prepares the way in for the first admin. */
export interface FirstAdmin {
  /**
   * Makes sure that this e-mail belongs to an admin with a password. An account that has one keeps it: the settings of a
   * start do not overrule what the person chose since.
   */
  ensure(email: string, password: string): Promise<void>;
  /** A new one-time sign-in token while no admin has a password, else undefined; earlier unused ones end. */
  createLinkToken(): Promise<string | undefined>;
}

/** Builds the first admin's way in. */
export function createFirstAdmin(database: Database, store: PeopleStore, sessions: SessionLibrary): FirstAdmin {
  return {
    async ensure(email, password) {
      const address = email.toLowerCase();
      const passwordHash = await sessions.hashPassword(password);
      await database.$transaction(async (transaction) => {
        await store.lockFirstAdmin(transaction);
        const person = await store.findByEmail(address);
        const name = address.split('@')[0] ?? address;
        const userId = person?.id ?? (await store.create(transaction, { email: address, name, isAdmin: true }));
        if (person?.isAdmin === false) await store.makeAdmin(transaction, userId);
        if (person === undefined || person.passwordHash === null) {
          await store.setPassword(transaction, userId, passwordHash);
        }
      });
    },
    createLinkToken: () =>
      database.$transaction(async (transaction) => {
        await store.lockFirstAdmin(transaction);
        if (await store.adminWithPasswordExists(transaction)) return undefined;
        const placeholder = { email: PLACEHOLDER_EMAIL, name: 'Admin', isAdmin: true };
        const userId =
          (await store.adminWithoutPassword(transaction)) ?? (await store.create(transaction, placeholder));
        const token = randomBytes(32).toString('base64url');
        await store.replaceLink(transaction, userId, secretHash(token), new Date(Date.now() + LINK_LIFE_MS));
        return token;
      }),
  };
}
