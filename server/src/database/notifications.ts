import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

const connectLimitMs = 10_000;
const firstRetryMs = 100;
const longestRetryMs = 5_000;

/** A subscription to a channel of the database. */
export interface Subscription {
  close(): Promise<void>;
}

/** PostgreSQL's LISTEN, kept alive over broken connections. */
export interface Notifications {
  /**
   * Calls back with each payload notified on `channel`, and once after each reconnection, since notifications may have
   * been lost in between. Rejects when the first connection cannot be made.
   */
  listen(channel: string, onNotification: (payload: string) => void, onReconnect: () => void): Promise<Subscription>;
}

/** Listens on the database at `connectionString`, with one connection of its own for each subscription. */
export function openNotifications(connectionString: string): Notifications {
  return {
    async listen(channel, onNotification, onReconnect) {
      const stopped = new AbortController();
      let current: pg.Client | undefined;

      async function connect(): Promise<void> {
        const client = new pg.Client({
          connectionString,
          connectionTimeoutMillis: connectLimitMs,
          keepAlive: true,
        });
        client.on('notification', (message) => onNotification(message.payload ?? ''));
        // An error is followed by the end of the connection, which is where the next one is made.
        client.on('error', () => {});
        try {
          await client.connect();
          await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
        } catch (error) {
          await client.end().catch(() => {});
          throw error;
        }
        current = client;
        client.once('end', () => void reconnect());
      }

      async function reconnect(): Promise<void> {
        for (let pauseMs = firstRetryMs; !stopped.signal.aborted; pauseMs = Math.min(2 * pauseMs, longestRetryMs)) {
          try {
            await connect();
            if (stopped.signal.aborted) await current?.end();
            else onReconnect();
            return;
          } catch {
            await wait(pauseMs, undefined, { signal: stopped.signal }).catch(() => {});
          }
        }
      }

      await connect();
      return {
        close: async () => {
          stopped.abort();
          await current?.end();
        },
      };
    },
  };
}
