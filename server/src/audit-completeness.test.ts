import { createHash } from 'node:crypto';
import {
  createToken,
  getSession,
  listWorkers,
  revokeToken,
  setPassword,
  setWorkerRates,
  signIn,
  signOut,
} from '@greenlight/shared/across/governance/contract.ts';
import { getEncryption, rotateMasterKey } from '@greenlight/shared/across/governance/encryption-contract.ts';
import {
  createInvitation,
  joinByInvitation,
  revokeInvitation,
  signUpByInvitation,
} from '@greenlight/shared/across/governance/invitations-contract.ts';
import { removeMember, setMemberRoles } from '@greenlight/shared/across/governance/members-contract.ts';
import { changePerson } from '@greenlight/shared/across/governance/people-contract.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import { cancelJob } from '@greenlight/shared/jobs/contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { cancelErasure, startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { readRawItems } from '@greenlight/shared/stages/data/items-contract.ts';
import { startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { setLegalHold, setRetention } from '@greenlight/shared/stages/data/retention-contract.ts';
import {
  completeSource,
  createSource,
  deleteSource,
  putSourcePart,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { startTokenizerTraining } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import {
  approveRequirement,
  discardRequirementDraft,
  saveRequirementDraft,
  sendBackRequirement,
  startRequirementDraft,
  submitRequirement,
  withdrawRequirement,
} from '@greenlight/shared/stages/requirements/contract.ts';
import {
  addCandidate,
  archiveCandidate,
  checkCandidateEndpoint,
  describeCandidate,
  removeCandidate,
  restoreCandidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { discardSelection, startSelection } from '@greenlight/shared/stages/selection/contract.ts';
import { cancelRun, startRun } from '@greenlight/shared/stages/training/contract.ts';
import { putModelTokenizer, uploadModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { cancelSweep, startSweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRoutes } from './testing/all-routes.ts';
import { Caller, cookieOf, type Input } from './testing/caller.ts';
import { startInstallation, type TestInstallation } from './testing/installation.ts';
import { addPerson, signedInAdmin } from './testing/people.ts';
import { moderation } from './testing/requirements.ts';
import { TestWorker } from './testing/worker.ts';

/** Routes that change nothing or only what is still being written: the step that makes it count is recorded with all that it holds. */
const QUIET: Readonly<Record<string, string>> = {
  openInvitation: 'reads',
  planTraining: 'reads',
  planSweep: 'reads',
  generateText: 'reads',
  streamText: 'reads',
  classifyTexts: 'reads',
  predictWithModelFile: 'reads',
  previewRecipe: 'reads masked texts',
  sampleSource: 'reads masked texts',
  tokenizeText: 'reads',
  saveRequirementDraft: 'a draft; submitting and approving record it',
  saveSelection: 'a draft; the decision records it',
  putSourcePart: 'a part; completing the file records it',
};

/** Recorded acts that take a worker or more than one step to come to; their own tests look at the log. */
const IN_THEIR_OWN_TESTS: Readonly<Record<string, string>> = {
  signInWithLink: 'sign-in.test.ts',
  decideSelection: 'selection.test.ts',
  importSource: 'sources.test.ts',
  resumeImport: 'sources.test.ts',
  confirmErasure: 'erasure.test.ts',
  retryErasure: 'erasure.test.ts',
  stateCopyOutcome: 'worker-copies.test.ts',
  uploadTokenizer: 'uploaded-tokenizers.test.ts',
  startTokenizerMeasurement: 'uploaded-tokenizers.test.ts',
  deleteTokenizer: 'uploaded-tokenizers.test.ts',
  exportRun: 'exports.test.ts',
  evaluateModelFile: 'model-files.test.ts',
  mapModelFile: 'model-files.test.ts',
};

let installation: TestInstallation;
let admin: Caller;
const performed = new Set<string>();

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

/** Takes a step that must succeed and says under which actions it was recorded. */
async function act(caller: Caller, route: Route, input: Input, actions: readonly string[]) {
  const { auditEvent } = installation.database;
  const before = await auditEvent.count();
  const answer = await caller.ask(route, input);
  expect(answer.status, `${route.id} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  const rows = await auditEvent.findMany({ where: { sequence: { gt: before } }, orderBy: { sequence: 'asc' } });
  const recorded = rows.map(({ action }) => action).filter((action) => action !== 'storage.secured');
  expect(recorded, route.id).toEqual(actions);
  performed.add(route.id);
  return { ...(answer.body as unknown as { id: string; revision: number }), answer };
}

test('accounts, rights and keys', async () => {
  const { id: projectId } = await act(admin, createProject, { body: { name: 'P', goal: { en: 'g' } } }, [
    'project.created',
  ]);
  const params = { projectId };
  const invite = async () => {
    const { answer } = await act(admin, createInvitation, { params, body: { roles: ['engineer'] } }, [
      'invitation.created',
    ]);
    return answer.body as unknown as { token: string; invitation: { id: string } };
  };
  const { token } = await invite();
  const entry = { token, name: 'N', email: 'new@example.com', password: 'another-long-password' };
  const signedUp = await act(new Caller(installation.url), signUpByInvitation, { body: entry }, [
    'member.joined',
    'account.created',
  ]);
  const person = new Caller(installation.url, { cookie: cookieOf(signedUp.answer) });
  const { account } = await person.call(getSession);
  const other = await addPerson(installation, 'other@example.com');
  await act(other, joinByInvitation, { body: { token: (await invite()).token } }, ['member.joined']);
  const { invitation } = await invite();
  await act(admin, revokeInvitation, { params: { invitationId: invitation.id } }, ['invitation.revoked']);
  const of = { projectId, userId: account.id };
  const change = { before: ['engineer'], roles: ['approver', 'viewer'] };
  await act(admin, setMemberRoles, { params: of, body: change }, ['member.roles-changed']);
  await act(admin, removeMember, { params: of }, ['member.removed']);
  await act(admin, changePerson, { params: { userId: account.id }, body: { isAdmin: true } }, ['person.admin-granted']);

  const passwords = { currentPassword: 'another-long-password', newPassword: 'a-third-long-password' };
  await act(person, setPassword, { body: passwords }, ['password.set']);
  const wish = { name: 't', scopes: ['read'], expiresAt: null };
  const made = await act(person, createToken, { body: wish }, ['token.created']);
  const { summary } = made.answer.body as unknown as { summary: { id: string } };
  await act(person, revokeToken, { params: { tokenId: summary.id } }, ['token.revoked']);
  await act(person, signOut, {}, ['sign-out']);
  const credentials = { email: 'new@example.com', password: 'a-third-long-password' };
  await act(new Caller(installation.url), signIn, { body: credentials }, ['sign-in']);
  const { activeKey } = await admin.call(getEncryption);
  await act(admin, rotateMasterKey, { body: { before: activeKey.id } }, ['storage.master-key-rotated']);
  await TestWorker.register(installation.url);
  const [worker] = (await admin.call(listWorkers)).items;
  const rates = { ratedWatts: 100, pricePerHour: 1, pricePerKilowattHour: null, currency: 'EUR' };
  await act(admin, setWorkerRates, { params: { workerId: worker!.id }, body: rates }, ['worker.rates-set']);
  expect(performed).toContain(setWorkerRates.id);
});

test('requirements and selection', async () => {
  const { id: projectId } = await admin.call(createProject, { body: { name: 'R', goal: { en: 'g' } } });
  const approver = await addPerson(installation, 'approver@example.com', { projectId, roles: ['approver'] });
  const params = { projectId };
  const started = { params, body: { basedOn: null } };
  const thrown = await act(admin, startRequirementDraft, started, ['requirement.started']);
  const at = ({ id, revision }: { id: string; revision: number }, more: object = {}) => ({
    params: { requirementId: id },
    body: { revision, ...more },
  });
  await act(admin, discardRequirementDraft, at(thrown), ['requirement.discarded']);
  let version = await act(admin, startRequirementDraft, started, ['requirement.started']);
  version = await act(admin, saveRequirementDraft, at(version, { content: moderation() }), []);
  version = await act(admin, submitRequirement, at(version), ['requirement.submitted']);
  version = await act(admin, withdrawRequirement, at(version), ['requirement.withdrawn']);
  version = await act(admin, submitRequirement, at(version), ['requirement.submitted']);
  const reason = { reason: 'Not yet.' };
  version = await act(approver, sendBackRequirement, at(version, reason), [
    'requirement.sent-back',
    'decision.recorded',
  ]);
  version = await act(admin, submitRequirement, at(version), ['requirement.submitted']);
  await act(approver, approveRequirement, at(version, reason), ['requirement.approved', 'decision.recorded']);

  const endpoint = { kind: 'endpoint', url: 'http://192.88.99.1.invalid', model: 'm' };
  const { id: candidateId } = await act(admin, addCandidate, { params, body: endpoint }, ['candidate.added']);
  const of = { params: { candidateId } };
  await act(admin, describeCandidate, { ...of, body: { notes: { en: 'n' } } }, ['candidate.described']);
  await act(admin, checkCandidateEndpoint, of, ['candidate.checked']);
  await act(admin, archiveCandidate, of, ['candidate.archived']);
  await act(admin, restoreCandidate, of, ['candidate.restored']);
  const { id: selectionId, revision } = await act(admin, startSelection, started, ['selection.started']);
  const discarded = { params: { selectionId }, body: { revision } };
  await act(admin, discardSelection, discarded, ['selection.discarded']);
  await act(admin, removeCandidate, of, ['candidate.removed']);
  expect(performed).toContain(removeCandidate.id);
});

test('data and training', async () => {
  const { id: projectId } = await admin.call(createProject, { body: { name: 'D', goal: { en: 'g' } } });
  const params = { projectId };
  const scientist = await addPerson(installation, 'scientist@example.com', { projectId, roles: ['data-scientist'] });
  const described = { datasetName: { en: 'd' }, source: { en: 's' }, licence: 'own', notes: { en: '' }, seed: 1 };
  const content = { train: ['one two three', 'four five six'], validation: ['seven eight'], test: ['nine ten'] };
  const { id: datasetVersionId } = await act(
    scientist,
    createTextDatasetVersion,
    { params, body: { ...described, content } },
    ['dataset-version.created'],
  );
  const of = { datasetVersionId };
  await act(scientist, readRawItems, { params: of, body: { purpose: 'Checking labels' } }, ['personal-data.read']);
  const kept = { keptUntil: '2100-01-01T00:00:00Z', reason: 'Agreed with them.' };
  await act(scientist, setRetention, { params: of, body: kept }, ['dataset-version.retention-set']);
  const held = { isHeld: true, reason: 'A lawsuit.' };
  await act(admin, setLegalHold, { params: of, body: held }, ['dataset-version.held']);

  const file = 'a,b\n1,2\n';
  const sha256 = createHash('sha256').update(file).digest('hex');
  const upload = { name: 'a.csv', format: 'csv', sizeBytes: file.length, idempotencyKey: 'completeness' };
  const { id: sourceId } = await act(scientist, createSource, { params, body: upload }, ['data-source.upload-started']);
  const headers = { 'content-type': 'application/octet-stream' };
  const query = { offset: '0', sha256, sizeBytes: String(file.length) };
  await act(scientist, putSourcePart, { params: { sourceId }, query, body: file, headers }, []);
  await act(scientist, completeSource, { params: { sourceId }, body: { sha256 } }, ['data-source.completed']);
  await act(scientist, deleteSource, { params: { sourceId } }, ['data-source.removed']);

  const preparation = {
    origin: { kind: 'version', datasetVersionId },
    recipe: { version: 1, steps: [] },
    splits: null,
  };
  const { answer } = await act(scientist, startPreparation, { params, body: preparation }, [
    'dataset.preparation-requested',
  ]);
  const { jobId } = answer.body as unknown as { jobId: string };
  await act(scientist, cancelJob, { params: { jobId } }, ['job.cancelled']);
  const settings = { kind: 'bpe', vocabularySize: 300 };
  await act(scientist, startTokenizerTraining, { params: of, body: settings }, ['tokenizer.training-requested']);
  const wish = { reason: 'They asked for it.', identifiers: [{ kind: 'e-mail', value: 'who@example.com' }] };
  const { id: erasureId } = await act(scientist, startErasure, { params, body: wish }, ['erasure.requested']);
  await installation.services.erasureWork.settled();
  await act(scientist, cancelErasure, { params: { erasureId } }, ['erasure.cancelled']);

  const run = await act(scientist, startRun, { params, body: { datasetVersionId, configuration: {} } }, [
    'run.started',
  ]);
  await act(scientist, cancelRun, { params: { runId: run.id } }, ['run.cancelled']);
  expect(performed).toContain(cancelRun.id);
  const search = { strategy: 'grid', axes: [{ setting: 'dropout', values: [0, 0.1] }] };
  const searched = { params, body: { datasetVersionId, configuration: {}, search, objective: 'loss' } };
  const { id: sweepId } = await act(scientist, startSweep, searched, ['sweep.started', 'run.started', 'run.started']);
  const ended = ['run.cancelled', 'run.cancelled', 'sweep.cancelled'];
  await act(scientist, cancelSweep, { params: { sweepId } }, ended);
});

test('imported models', async () => {
  const { id: projectId } = await admin.call(createProject, { body: { name: 'M', goal: { en: 'g' } } });
  const headers = { 'content-type': 'application/octet-stream' };
  const stored = (body: string) => ({
    sha256: createHash('sha256').update(body).digest('hex'),
    sizeBytes: String(body.length),
  });
  const upload = { params: { projectId }, query: { name: 'a.onnx', ...stored('a model') }, body: 'a model', headers };
  const { id: modelFileId } = await act(admin, uploadModelFile, upload, ['model-file.added']);
  const content = writeTokenizerJson(trainTokenizer('character', ['a'], 30));
  const tokenizer = { params: { modelFileId }, query: stored(content), body: content, headers };
  await act(admin, putModelTokenizer, tokenizer, ['model-file.tokenizer-set']);
  expect(performed).toContain(putModelTokenizer.id);
});

test('no route that changes something is missing here', () => {
  const changing = allRoutes.filter(
    ({ method, permission }) => method !== 'GET' && permission !== 'worker' && permission !== 'inference',
  );
  const known = new Set([...performed, ...Object.keys(QUIET), ...Object.keys(IN_THEIR_OWN_TESTS)]);
  expect(changing.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([]);
});
