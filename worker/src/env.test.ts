import { expect, test } from 'vitest';
import { readInferenceEnvironment, readWorkerEnvironment } from './env.ts';

const complete = {
  GREENLIGHT_SERVER_URL: 'http://127.0.0.1:4900',
  GREENLIGHT_WORKER_TOKEN: 'a-token-that-is-long-enough',
  GREENLIGHT_WORKER_DIR: 'data/worker',
};

test('a complete environment is parsed, with the folder made absolute and a name by default', () => {
  const environment = readWorkerEnvironment(complete);
  expect(environment.GREENLIGHT_WORKER_DIR).toBe(`${process.cwd()}/data/worker`);
  expect(environment.GREENLIGHT_WORKER_NAME.length).toBeGreaterThan(0);
});

test('every wrong setting is named at once', () => {
  const read = () =>
    readWorkerEnvironment({ GREENLIGHT_SERVER_URL: 'ftp://somewhere', GREENLIGHT_WORKER_TOKEN: 'short' });
  expect(read).toThrow(
    /GREENLIGHT_SERVER_URL: .*http.*GREENLIGHT_WORKER_TOKEN: .*16.*GREENLIGHT_WORKER_DIR is missing/,
  );
});

test('a width of vectors that there is not is refused', () => {
  expect(readWorkerEnvironment({ ...complete, GREENLIGHT_VECTORS: '256' }).GREENLIGHT_VECTORS).toBe('256');
  expect(() => readWorkerEnvironment({ ...complete, GREENLIGHT_VECTORS: '1024' })).toThrow(/GREENLIGHT_VECTORS: .*256/);
});

test('an empty variable counts as missing, and the inference service wants its own token and port, not a worker’s', () => {
  const read = () => readInferenceEnvironment({ ...complete, GREENLIGHT_INFERENCE_TOKEN: '' });
  expect(read).toThrow(/GREENLIGHT_INFERENCE_TOKEN is missing.*GREENLIGHT_INFERENCE_PORT/);
  const environment = readInferenceEnvironment({
    ...complete,
    GREENLIGHT_WORKER_TOKEN: '',
    GREENLIGHT_INFERENCE_TOKEN: 'another-token-long-enough',
    GREENLIGHT_INFERENCE_PORT: '4901',
  });
  expect(environment.GREENLIGHT_INFERENCE_PORT).toBe(4901);
  expect(environment.GREENLIGHT_INFERENCE_HOST).toBe('127.0.0.1');
});
