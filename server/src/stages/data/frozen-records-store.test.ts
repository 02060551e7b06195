import { decideSelection } from '@greenlight/shared/stages/selection/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../plugins/new-id.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { at, scoredDraft } from '../../testing/selections.ts';
import { TestWorker } from '../../testing/worker.ts';
import { createFrozenRecordsStore } from './frozen-records-store.ts';

let installation: TestInstallation;

beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation.close());

test('whoever only edited a decided matrix, invited who submitted, or stated what became of copies, is named there', async () => {
  const { database, url } = installation;
  const { projectId, manager, saved, candidates } = await scoredDraft(installation);
  const [editor, inviter, witness] = ['editor@example.com', 'inviter@example.com', 'witness@example.com'];
  await database.selection.update({ where: { id: saved.id }, data: { editedBy: editor } });
  const choice = { candidateId: candidates[0]!.id, rationale: 'r', explanation: 'e' };
  await manager.call(decideSelection, at(saved, choice));
  const worker = await TestWorker.register(url);
  const certificateId = newId();
  const certificate = { id: certificateId, projectId, kind: 'erasure', content: {}, sha256: '', createdAt: new Date() };
  await database.deletionCertificate.create({ data: certificate });
  const statement = { id: newId(), certificateId, workerId: worker.workerId, outcome: 'destroyed', reason: '' };
  await database.workerStatement.create({ data: { ...statement, statedBy: witness } });
  const { id: requirementId } = await database.requirement.findFirstOrThrow({ where: { projectId } });
  const event = { id: newId(), requirementId, kind: 'approved', actor: 'somebody@example.com', invitedBy: inviter };
  await database.requirementEvent.create({ data: event });

  const naming = async (person: string) => {
    const { records } = await createFrozenRecordsStore(database).naming(projectId, (text) => text === person);
    return records;
  };
  expect(await naming(editor)).toEqual([{ of: 'selection', id: saved.id, because: 'decided' }]);
  expect(await naming(witness)).toEqual([{ of: 'deletion-certificate', id: certificateId, because: 'append-only' }]);
  expect(await naming(inviter)).toMatchObject([{ of: 'requirement', id: requirementId }]);
});
