import { createHash, randomBytes } from 'node:crypto';
import { getJob } from '@greenlight/shared/jobs/contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion, getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { confirmErasure, getErasure, startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { listDatasetItems } from '@greenlight/shared/stages/data/items-contract.ts';
import { getDeletionCertificate, setLegalHold } from '@greenlight/shared/stages/data/retention-contract.ts';
import { uploadTokenizer } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import {
  saveRequirementDraft,
  startRequirementDraft,
  type RequirementContent,
} from '@greenlight/shared/stages/requirements/contract.ts';
import {
  addCandidate,
  archiveCandidate,
  listCandidates,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { decideSelection, getSelection, saveSelection } from '@greenlight/shared/stages/selection/contract.ts';
import {
  evaluateModelFile,
  evaluateOnnxJob,
  getModelFile,
  inspectOnnxJob,
  mapModelFile,
  modelFile,
  uploadModelFile,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { startRun } from '@greenlight/shared/stages/training/contract.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import {
  claimJob,
  endJob,
  jobHeartbeat,
  putJobFile,
  type ClaimedJob,
} from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EventReader } from '../../testing/event-reader.ts';
import { inClear } from '../../testing/in-clear.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { approve, moderation, recall, submittedRequirement } from '../../testing/requirements.ts';
import { contentOf, start } from '../../testing/selections.ts';
import { event, logEvent, TestWorker } from '../../testing/worker.ts';

const PHONE = '13755501234';
const BINARY = { 'content-type': 'application/octet-stream' };
const ABOUT = { source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 3 };
const NAMED = { en: `for ${PHONE}` };
/** What nobody may change: approved, decided, or a log. */
const FROZEN = ['audit_events', 'criteria', 'decisions', 'requirements', 'selections'];
const sha256Of = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation.close());

const named = (): RequirementContent => ({
  ...moderation([recall({ reason: NAMED, slice: `label:${PHONE}` })]),
  ...{ goal: NAMED, users: NAMED, risks: [{ en: 'none', zh: `勿扰 ${PHONE}` }] },
  questions: [{ question: { en: 'Who asked?' }, answer: NAMED }],
});

test(
  'after an erasure a person stands nowhere but in records that are frozen, which the certificate lists',
  { timeout: 240_000 },
  async () => {
    const { database, url, services, dataFolder } = installation;
    const admin = await signedInAdmin(url);
    const worker = await TestWorker.register(url);
    // The shipped run would be taken first.
    await database.run.updateMany({ where: { state: 'queued' }, data: { state: 'cancelled', finishedAt: new Date() } });
    const { id: projectId } = await admin.call(createProject, { body: { name: `Case ${PHONE}`, goal: NAMED } });
    const params = { projectId };
    const approver = await addPerson(installation, 'approver@example.com', { projectId, roles: ['approver'] });

    const approved = await approve(approver, await submittedRequirement(admin, projectId, { content: named() }));
    const draft = await admin.call(startRequirementDraft, { params, body: { basedOn: 1 } });
    const ofDraft = { requirementId: draft.id };
    const saved = await admin.call(saveRequirementDraft, {
      params: ofDraft,
      body: { revision: draft.revision, content: named() },
    });

    const addNamed = (body: object) =>
      admin.call(addCandidate, { params, body: { name: NAMED, notes: NAMED, ...body } });
    const candidates = [
      await addNamed({ kind: 'catalogue', architecture: 'encoder-classifier' }),
      await addNamed({ kind: 'endpoint', url: `https://models.example.org/${PHONE}`, model: `of-${PHONE}` }),
    ];
    const archived = await addNamed({ kind: 'catalogue', architecture: 'logistic-tf-idf' });
    await admin.call(archiveCandidate, { params: { candidateId: archived.id } });
    const matrix = await start(admin, projectId);
    const evidence = { kind: 'url', text: NAMED, url: `https://example.org/${PHONE}` };
    const content = {
      ...contentOf(matrix),
      cells: matrix.criteria.flatMap((criterion) =>
        candidates.map(({ id }) => ({ criterionId: criterion.id, candidateId: id, score: 0.9, evidence })),
      ),
    };
    const revised = await admin.call(saveSelection, {
      params: { selectionId: matrix.id },
      body: { revision: matrix.revision, content },
    });
    const choice = { candidateId: candidates[0]!.id, rationale: `because ${PHONE} said so` };
    await admin.call(decideSelection, {
      params: { selectionId: matrix.id },
      body: { revision: revised.revision, ...choice, dissent: null, explanation: `as ${PHONE} explained` },
    });
    const nextMatrix = await start(admin, projectId, 1);

    const addVersion = (name: string, train: unknown[], held: unknown) =>
      admin.call(createTextDatasetVersion, {
        params,
        body: { ...ABOUT, datasetName: { en: name }, content: { train, validation: [], test: [held] } },
      });
    const labelled = (text: string, label: string) => ({ text, labels: [label], columns: { from: label } });
    const letters = [labelled(`call ${PHONE}`, 'ham'), labelled('nothing of the kind', PHONE)];
    const version = await addVersion(`Letters of ${PHONE}`, letters, labelled('and nothing', 'ham'));
    const innocent = await addVersion('Innocent', ['nothing'], 'at all');
    // A file without a header had its first row taken for one; somebody else was erased from it before.
    const ofColumns = (text: string) => ({ text, columns: { [PHONE]: `of ${text}`, '[ERASED]': 'y' } });
    const headerless = await addVersion('Table', [ofColumns('one')], ofColumns('two'));
    const hold = { isHeld: true, reason: `the lawyer of ${PHONE} asks for it` };
    await admin.call(setLegalHold, { params: { datasetVersionId: innocent.id }, body: hold });
    const mapping = { type: 'map-labels', map: { [PHONE]: 'spam' }, otherwise: 'keep' };
    const preparation = await admin.call(startPreparation, {
      params,
      body: {
        origin: { kind: 'version', datasetVersionId: version.id },
        ...{ recipe: { version: 1, steps: [mapping] }, splits: null },
      },
    });
    const file = Buffer.from(writeTokenizerJson(trainTokenizer('wordpiece', ['low lower lowest'], 200)));
    await admin.call(uploadTokenizer, {
      params,
      query: { name: `${PHONE}.json`, sha256: sha256Of(file), sizeBytes: String(file.length) },
      ...{ body: new Uint8Array(file), headers: BINARY },
    });

    await admin.call(startRun, {
      params,
      body: {
        ...{ datasetVersionId: version.id, name: NAMED, notes: NAMED },
        configuration: { samplePrompts: [`call ${PHONE}`] },
      },
    });
    const run = await worker.mustClaim();
    const at = new Date().toISOString();
    const written = [{ step: 1, prompt: `call ${PHONE}`, text: `call ${PHONE} again`, at }];
    const error = { code: 'odd', message: NAMED, advice: NAMED };
    await worker.mustReport(run, [
      event(1, { type: 'sample', samples: written }),
      logEvent(2, `cannot tell ${PHONE}`),
      event(3, { type: 'failed', error }),
    ]);

    const claim = async (kind: string): Promise<ClaimedJob> => {
      const body = { workerId: worker.workerId, kinds: [kind], waitSeconds: 0 };
      return (await worker.caller.call(claimJob, { body })).job!;
    };
    const end = ({ jobId, lease }: ClaimedJob, outcome: object) =>
      worker.caller.ask(endJob, { params: { jobId }, body: { lease, outcome } });
    const onnx = new Uint8Array(randomBytes(200));
    const query = { name: `Model of ${PHONE}`, sha256: sha256Of(onnx), sizeBytes: '200' };
    const uploaded = await admin.ask(uploadModelFile, { params, query, body: onnx, headers: BINARY });
    const { id: modelFileId } = modelFile.parse(uploaded.body);
    const tensor = (name: string) => ({ name, type: 'float32', shape: ['batch', 2] });
    const described = { inputs: [tensor('features')], outputs: [tensor('answer')], opset: 17, irVersion: 8 };
    await end(await claim(inspectOnnxJob.kind), {
      state: 'finished',
      result: {
        ...described,
        producer: `the tool of ${PHONE}`,
        metadata: { author: PHONE, [PHONE]: 'x', kind: 'own' },
      },
    });
    const answers = { output: 'answer', outputKind: 'probabilities', task: 'single-label', labels: ['ham', PHONE] };
    const columnInputs = [{ name: 'features', columns: [PHONE, 'other'] }];
    const mapped = { params: { modelFileId }, body: { input: 'columns', columnInputs, ...answers } };
    await admin.call(mapModelFile, mapped);
    const evaluate = (datasetVersionId: string) =>
      admin.call(evaluateModelFile, { params: { modelFileId }, body: { datasetVersionId } });
    // One has come to its end, on data that stays; one goes on, on data that goes.
    await evaluate(innocent.id);
    const measured = await claim(evaluateOnnxJob.kind);
    const predictions = new Uint8Array(randomBytes(50));
    await worker.caller.call(putJobFile, {
      params: { jobId: measured.jobId, name: 'predictions.npz' },
      query: { lease: measured.lease, sha256: sha256Of(predictions), sizeBytes: '50' },
      ...{ body: predictions, headers: BINARY },
    });
    const result = {
      ...{ split: 'test', sameAsTraining: false, items: 1, sentences: 1, classes: 2, metrics: [], curves: [] },
      confusion: [{ actual: PHONE, predicted: 'ham', count: 1 }],
      ...{ samples: written, elapsedMs: 12, predictionsSha256: sha256Of(predictions) },
    };
    expect((await end(measured, { state: 'finished', result })).status).toBe(200);
    const { id: goingOn } = await evaluate(version.id);
    const onErased = await claim(evaluateOnnxJob.kind);

    // Lines from before what people typed was masked in them.
    for (const action of ['old.one', 'old.two', 'old.three'])
      await services.audit.recordAlone({
        ...{ actor: 'admin', action, target: `project:${projectId}`, projectId, details: { person: PHONE } },
      });
    const stream = await EventReader.open(`${url}/api/runs/${run.runId}/events`, admin.headers);
    await stream.until(({ ids }) => ids.includes(3));
    expect(JSON.stringify(stream.frames)).toContain('call [PHONE]');
    expect((await inClear(PHONE, dataFolder, database)).length).toBeGreaterThan(10);
    const identifiers = [{ kind: 'phone', value: PHONE }];
    const { id: erasureId } = await admin.call(startErasure, { params, body: { reason: 'asked for it', identifiers } });
    await services.erasureWork.settled();
    const found = await admin.call(getErasure, { params: { erasureId } });
    expect(found).toMatchObject({ state: 'ready', texts: { evaluations: 1, preparations: 1 } });
    await admin.call(confirmErasure, { params: { erasureId }, body: { found: 2 } });
    await services.erasureWork.settled();
    const { state, certificateId, texts } = await admin.call(getErasure, { params: { erasureId } });
    expect([state, texts?.evaluations, texts?.preparations]).toEqual(['finished', 1, 1]);

    expect((await inClear(PHONE, dataFolder, database)).toSorted()).toEqual(FROZEN.map((table) => `public.${table}`));
    const open = await database.$queryRaw<unknown[]>`
    SELECT 1 FROM requirements WHERE state <> 'approved' AND position(${PHONE} IN requirements::text) > 0
    UNION ALL SELECT 1 FROM selections WHERE state <> 'decided' AND position(${PHONE} IN selections::text) > 0
    UNION ALL SELECT 1 FROM criteria JOIN requirements ON requirements.id = "requirementId"
      WHERE state <> 'approved' AND position(${PHONE} IN criteria::text) > 0`;
    expect(open).toEqual([]);
    // Nobody who had the draft open before saves the person again.
    const late = { params: ofDraft, body: { revision: saved.revision, content: named() } };
    expect((await admin.ask(saveRequirementDraft, late)).body.error.code).toBe('edited-meanwhile');

    const stopped = await admin.call(getJob, { params: { jobId: goingOn } });
    expect([stopped.state, stopped.error?.code]).toEqual(['failed', 'person-erased']);
    const { jobId, lease } = onErased;
    const beat = await worker.caller.ask(jobHeartbeat, { params: { jobId }, body: { lease, progress: null } });
    expect(beat.body.error.code).toBe('lease-lost');
    expect((await admin.call(getJob, { params: { jobId: preparation.jobId } })).state).toBe('failed');

    // Whoever followed the run is told to read it anew, and nothing of it says the words any more.
    await stream.until(({ frames }) => frames.some(({ event: name }) => name === 'run-rewritten'));
    stream.close();
    const anew = await EventReader.open(`${url}/api/runs/${run.runId}/events`, admin.headers);
    await anew.until(({ ids }) => ids.includes(3));
    anew.close();
    expect(JSON.stringify(anew.frames)).toContain('[ERASED]');
    expect(JSON.stringify(anew.frames)).not.toContain('[PHONE]');

    // Columns that were called by the person have another name in the version that took the place of theirs.
    const renamed = found.versions.find(({ datasetVersionId }) => datasetVersionId === headerless.id);
    expect(renamed).toMatchObject({ found: 0, renamed: 2 });
    const { versions } = await admin.call(getErasure, { params: { erasureId } });
    const successorId = versions.find(({ datasetVersionId }) => datasetVersionId === headerless.id)?.successorId;
    const items = await admin.call(listDatasetItems, { params: { datasetVersionId: successorId! } });
    expect(items.items.map(({ columns }) => columns)).toEqual([
      { '[ERASED] 2': 'of one', '[ERASED]': 'y' },
      { '[ERASED] 2': 'of two', '[ERASED]': 'y' },
    ]);

    // What is left can still be read.
    expect((await admin.call(listCandidates, { params })).items.map(({ name }) => name)).toEqual(
      candidates.map(() => ({ en: '[ERASED]' })),
    );
    const cell = (await admin.call(getSelection, { params: { selectionId: nextMatrix.id } })).cells[0];
    expect(cell?.evidence).toEqual({ ...evidence, text: { en: '[ERASED]' }, url: 'https://erased.invalid/' });
    expect((await admin.call(getModelFile, { params: { modelFileId } })).mapping).toMatchObject({
      labels: ['ham', '[ERASED]'],
      columnInputs: [{ name: 'features', columns: ['[ERASED]', 'other'] }],
    });
    const { description } = await admin.call(getModelFile, { params: { modelFileId } });
    expect(description).toMatchObject({
      producer: '[ERASED]',
      metadata: { author: '[ERASED]', '[ERASED]': 'x', kind: 'own' },
    });
    const held = await admin.call(getDatasetVersion, { params: { datasetVersionId: innocent.id } });
    expect(held.retention.hold?.reason).toBe('[ERASED]');

    const certificate = await admin.call(getDeletionCertificate, { params: { certificateId: certificateId! } });
    const points = certificate.content['openPoints'] as {
      namesThePersonAndIsKept: object[];
      auditLinesThatNameThePerson: number[];
    };
    expect(points).toMatchObject({ moreThatNameThePerson: 0, auditEventsThatNameThePerson: expect.any(Number) });
    expect(points).toMatchObject({
      modelFilesThatNameThePerson: [{ id: modelFileId, sha256: sha256Of(onnx), where: ['metadata'] }],
      outOfReach: expect.arrayContaining(['open-pages', 'backups']),
    });
    const lines = await database.auditEvent.findMany({ orderBy: { sequence: 'asc' } });
    expect(points.auditLinesThatNameThePerson.length).toBeGreaterThan(2);
    expect(points.auditLinesThatNameThePerson).toEqual(
      lines.flatMap(({ sequence, target, details }) =>
        JSON.stringify([target, details]).includes(PHONE) ? [Number(sequence)] : [],
      ),
    );
    const decisions = await database.decision.findMany({ where: { projectId }, select: { id: true } });
    expect(points.namesThePersonAndIsKept).toEqual([
      { of: 'requirement', id: approved.id, because: 'approved' },
      { of: 'selection', id: matrix.id, because: 'decided' },
      ...decisions
        .map(({ id }) => ({ of: 'decision', id, because: 'append-only' }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ]);
    expect(JSON.stringify(certificate)).not.toContain(PHONE);
  },
);
