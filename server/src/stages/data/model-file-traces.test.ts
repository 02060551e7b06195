import type { TokenizerReader } from './tokenizer-reader.ts';
import { randomUUID } from 'node:crypto';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { createFrozenRecordsStore } from './frozen-records-store.ts';
import { createModelFileTraces } from './model-file-traces.ts';

const isMeant = (text: string) => text.includes('zhangwei') || text.includes('张伟');

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation.close());

test('what cannot be cleaned is listed with its place: tensors, tokens, unreadable tokenizers and names of tasks', async () => {
  const { database, url } = installation;
  const admin = await signedInAdmin(url);
  const { id: projectId } = await admin.call(createProject, { body: { name: 'Traces', goal: { en: 'erase' } } });
  const tensor = (name: string, shape: (string | number)[] = ['batch', 2]) => ({ name, type: 'float32', shape });
  const add = async (name: string, output: object, tokenizerSha256: string | null) => {
    const described = {
      inputs: [tensor('in')],
      outputs: [output],
      opset: 17,
      irVersion: 8,
      producer: '',
      metadata: {},
    };
    const { id: inspectionId } = await database.job.create({
      data: {
        ...{ id: randomUUID(), projectId, kind: 'inspect-onnx', key: name, payload: {}, inputs: [] },
        ...{ state: 'finished', result: described },
      },
    });
    const sha256 = randomUUID().replaceAll('-', '').repeat(2);
    const made = { id: randomUUID(), projectId, name, sha256, sizeBytes: 1n, inspectionId, tokenizerSha256 };
    return database.modelFile.create({ data: made });
  };
  const innocent = await add('innocent', tensor('out'), 'innocent');
  const bySize = await add('size', tensor('out', ['zhangwei']), 'unreadable');
  const byToken = await add('token', tensor('of-zhangwei'), 'named');
  const byColumn = await add('column', { ...tensor('out'), columns: ['no', 'zhangwei'] }, null);
  const read = (sha256: string) => {
    if (sha256 === 'unreadable') return Promise.reject(new Error('no tokenizer'));
    const words = sha256 === 'named' ? ['zhangwei zhangwei zhangwei'] : ['low lower lowest'];
    return Promise.resolve({ tokenizer: trainTokenizer('wordpiece', words, 200) });
  };
  const traces = createModelFileTraces(database, { read } as unknown as TokenizerReader);
  const described = [{ target: `model-file:${innocent.id}`, field: 'name' }];
  expect(await traces.naming(projectId, isMeant, described)).toEqual(
    [
      { id: bySize.id, sha256: bySize.sha256, where: ['tensor-names', 'unreadable-tokenizer'] },
      { id: byToken.id, sha256: byToken.sha256, where: ['tensor-names', 'tokenizer'] },
      { id: byColumn.id, sha256: byColumn.sha256, where: ['tensor-names'] },
    ].toSorted((one, other) => (one.id < other.id ? -1 : 1)),
  );

  const item = (text: string) => ({ text, tasks: { 张伟: 'yes' } });
  const version = await admin.call(createTextDatasetVersion, {
    params: { projectId },
    body: {
      ...{ datasetName: { en: 'Letters' }, source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 3 },
      content: { train: [item('a')], validation: [], test: [item('b')] },
    },
  });
  const { records } = await createFrozenRecordsStore(database).naming(projectId, isMeant);
  expect(records).toEqual([{ of: 'dataset-version', id: version.id, because: 'name-of-task' }]);
});
