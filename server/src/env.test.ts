import { describe, expect, test } from 'vitest';
import { publicUrl, readLauncherEnvironment, readServerEnvironment, SettingsError } from './env.ts';

const machine = {
  DATABASE_URL: 'postgresql://user:password@127.0.0.1:5432/greenlight',
  GREENLIGHT_AUTH_SECRET: 'a'.repeat(32),
  GREENLIGHT_WORKER_TOKEN: 'b'.repeat(32),
  GREENLIGHT_INFERENCE_TOKEN: 'c'.repeat(32),
  GREENLIGHT_INFERENCE_URL: 'http://127.0.0.1:4801',
};

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('the settings were accepted');
}

describe('settings', () => {
  test('have defaults for a person who sets nothing', () => {
    const environment = readLauncherEnvironment({});
    expect(environment).toMatchObject({ HOST: '127.0.0.1', PORT: 4600 });
    expect(environment.GREENLIGHT_DATA_DIR).toMatch(/\.data$/);
    expect(publicUrl(environment)).toBe('http://127.0.0.1:4600');
  });

  test('treat an empty variable as unset', () => {
    expect(readLauncherEnvironment({ PORT: '', DATABASE_URL: '' })).toMatchObject({ PORT: 4600 });
  });

  test('list everything that is wrong in one sentence', () => {
    const message = messageOf(() =>
      readLauncherEnvironment({ PORT: '70000', DATABASE_URL: 'mysql://x', GREENLIGHT_ADMIN_EMAIL: 'nobody' }),
    );
    expect(message).toContain('PORT must be from 1 to 65535');
    expect(message).toContain('DATABASE_URL must be a postgresql:// address');
    expect(message).toContain('GREENLIGHT_ADMIN_EMAIL must be an e-mail address');
    expect(message).toContain('must be set together');
    expect(message.split('\n')).toHaveLength(1);
  });

  test('never repeat a wrong secret', () => {
    const message = messageOf(() => readServerEnvironment({ ...machine, GREENLIGHT_AUTH_SECRET: 'hush-hush' }));
    expect(message).toContain('GREENLIGHT_AUTH_SECRET');
    expect(message).not.toContain('hush-hush');
  });

  test('want another token for inference than for workers', () => {
    const { GREENLIGHT_WORKER_TOKEN } = machine;
    const message = messageOf(() =>
      readServerEnvironment({ ...machine, GREENLIGHT_INFERENCE_TOKEN: GREENLIGHT_WORKER_TOKEN }),
    );
    expect(message).toContain('GREENLIGHT_WORKER_TOKEN and GREENLIGHT_INFERENCE_TOKEN must differ');
    expect(message).not.toContain(GREENLIGHT_WORKER_TOKEN);
  });

  test('of the server name each missing one', () => {
    const message = messageOf(() => readServerEnvironment({}));
    for (const name of Object.keys(machine)) expect(message).toContain(`${name} is missing`);
  });

  test.each([
    ['0.0.0.0', 'http://localhost:4600'],
    ['::1', 'http://[::1]:4600'],
  ])('give people an address they can open when the server listens on %s', (host, url) => {
    expect(publicUrl(readServerEnvironment({ ...machine, HOST: host }))).toBe(url);
  });

  test('prefer the public address', () => {
    const environment = readServerEnvironment({ ...machine, GREENLIGHT_PUBLIC_URL: 'https://green.example/' });
    expect(publicUrl(environment)).toBe('https://green.example');
  });
});
