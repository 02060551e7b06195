import { createDecisionRecorder } from './across/decisions/recorder.ts';
import { createDecisionService } from './across/decisions/service.ts';
import { createDecisionStore } from './across/decisions/store.ts';
import { createAuditAnchor } from './across/governance/audit-anchor.ts';
import { createAuditService } from './across/governance/audit-service.ts';
import { createAuditStore } from './across/governance/audit-store.ts';
import { createEncryptionService } from './across/governance/encryption-service.ts';
import { createFirstAdmin } from './across/governance/first-admin.ts';
import { createInstallationPeopleService } from './across/governance/installation-people-service.ts';
import { createInstallationPeopleStore } from './across/governance/installation-people-store.ts';
import { createInvitationService } from './across/governance/invitation-service.ts';
import { createInvitationStandingStore } from './across/governance/invitation-standing-store.ts';
import { createInvitationStore } from './across/governance/invitation-store.ts';
import { createMemberService } from './across/governance/member-service.ts';
import { createMemberStore } from './across/governance/member-store.ts';
import { createPeopleService } from './across/governance/people-service.ts';
import { createPeopleStore } from './across/governance/people-store.ts';
import { createSessionLibrary } from './across/governance/session-library.ts';
import { createSecondPersonService } from './across/governance/second-person-service.ts';
import { createSecondPersonStore } from './across/governance/second-person-store.ts';
import { createTokenService } from './across/governance/token-service.ts';
import { createTokenStore } from './across/governance/token-store.ts';
import type { Database } from './database/client.ts';
import type { JobQueue } from './plugins/job-queue.ts';
import { createOutbound } from './plugins/outbound.ts';
import type { Live } from './plugins/live.ts';
import { createSeedService } from './projects/seed-service.ts';
import { createSeedStore } from './projects/seed-store.ts';
import { createProjectService } from './projects/service.ts';
import { createProjectStore } from './projects/store.ts';
import { createPreparationService, keepPreparation } from './stages/data/preparation-service.ts';
import { createPreparationStore } from './stages/data/preparation-store.ts';
import { createTokenizerReader } from './stages/data/tokenizer-reader.ts';
import { createTokenizerService, keepTokenizer } from './stages/data/tokenizer-service.ts';
import { createTokenizerStore } from './stages/data/tokenizer-store.ts';
import { createUploadedTokenizerService, keepTokenizerMeasurement } from './stages/data/uploaded-tokenizer-service.ts';
import { createCertificateService } from './stages/data/certificate-service.ts';
import { createCertificateStore } from './stages/data/certificate-store.ts';
import { createContentDeletion } from './stages/data/content-deletion.ts';
import { createDeletionStore } from './stages/data/deletion-store.ts';
import { createDescriptionsStore } from './stages/data/descriptions-store.ts';
import { createErasureService } from './stages/data/erasure-service.ts';
import { createErasureStore } from './stages/data/erasure-store.ts';
import { createErasureWork } from './stages/data/erasure-work.ts';
import { createFrozenRecordsStore } from './stages/data/frozen-records-store.ts';
import { createModelFileTraces } from './stages/data/model-file-traces.ts';
import { createImagesService } from './stages/data/images-service.ts';
import { createItemsService } from './stages/data/items-service.ts';
import { createRecipePreviewService } from './stages/data/recipe-preview-service.ts';
import { createLabelMasks } from './stages/data/label-masks-service.ts';
import { createLineageService } from './stages/data/lineage-service.ts';
import { createLineageStore } from './stages/data/lineage-store.ts';
import { createPersonalFiles } from './stages/data/personal-files-service.ts';
import { createRepeatedTextsStore } from './stages/data/repeated-texts-store.ts';
import { createSealer } from './stages/data/sealed-text.ts';
import { createRetentionService } from './stages/data/retention-service.ts';
import { createDataService } from './stages/data/service.ts';
import { createSourceImportService } from './stages/data/source-import-service.ts';
import { createSourceService } from './stages/data/source-service.ts';
import { createSourceStore } from './stages/data/source-store.ts';
import { createDataStore, lockContent } from './stages/data/store.ts';
import { createWorkerCopiesService } from './stages/data/worker-copies-service.ts';
import { createWorkerCopiesStore } from './stages/data/worker-copies-store.ts';
import { createStoredFilesStore } from './stages/data/stored-files-store.ts';
import { createTaskService } from './stages/data/task-service.ts';
import { createTaskStore } from './stages/data/task-store.ts';
import { createUnnamedFiles } from './stages/data/unnamed-files.ts';
import { createUnversionedContent } from './stages/data/unversioned-content.ts';
import { createComparisonService } from './stages/evaluation/comparison-service.ts';
import { createUncountedService } from './stages/evaluation/uncounted-service.ts';
import { createUncountedStore } from './stages/evaluation/uncounted-store.ts';
import { createResamplingStore } from './stages/evaluation/resampling-store.ts';
import { createEvaluationService, keepImportedEvaluation } from './stages/evaluation/service.ts';
import { createTrainedItemsService } from './stages/data/trained-items-service.ts';
import { createTrainedItemsStore } from './stages/data/trained-items-store.ts';
import { createMeasuredSources } from './stages/evaluation/measured-service.ts';
import { createEvaluationStore } from './stages/evaluation/store.ts';
import { createJobLeaseService } from './jobs/job-lease-service.ts';
import { createJobService } from './jobs/job-service.ts';
import { createJobStore } from './jobs/job-store.ts';
import { createCandidateService } from './stages/selection/candidate-service.ts';
import { createCandidateStore } from './stages/selection/candidate-store.ts';
import { createSelectionService } from './stages/selection/service.ts';
import { createSelectionStore } from './stages/selection/store.ts';
import { createRequirementService } from './stages/requirements/service.ts';
import { createRequirementStore } from './stages/requirements/store.ts';
import { createTraceabilityService } from './stages/requirements/traceability-service.ts';
import { createArtifactService } from './stages/training/artifact-service.ts';
import { createArtifactStore } from './stages/training/artifact-store.ts';
import { createCheckpointService } from './stages/training/checkpoint-service.ts';
import { createExportService, keepExport } from './stages/training/export-service.ts';
import { createExportStore } from './stages/training/export-store.ts';
import { createHistoryService } from './stages/training/history-service.ts';
import { createHistoryStore } from './stages/training/history-store.ts';
import { createInferenceClient, type InferenceAddress } from './stages/training/inference-client.ts';
import { createInferenceService } from './stages/training/inference-service.ts';
import { createLeaseService } from './stages/training/lease-service.ts';
import { createLeaseStore } from './stages/training/lease-store.ts';
import { createModelFileService } from './stages/training/model-file-service.ts';
import { createModelFileStore } from './stages/training/model-file-store.ts';
import { createLengthService } from './stages/training/length-service.ts';
import { createLengthStore } from './stages/training/length-store.ts';
import { createPlanService } from './stages/training/plan-service.ts';
import { createPlanStore } from './stages/training/plan-store.ts';
import { createReportService } from './stages/training/report-service.ts';
import { createReportStore } from './stages/training/report-store.ts';
import { createRunService } from './stages/training/run-service.ts';
import { createRunStore } from './stages/training/run-store.ts';
import { createSweepService } from './stages/training/sweep-service.ts';
import { createSweepStore } from './stages/training/sweep-store.ts';
import type { MasterKeys } from './storage/master-keys.ts';
import type { Storage } from './storage/storage.ts';
import { createWorkerService } from './worker-api/worker-service.ts';
import { createWorkerStore } from './worker-api/worker-store.ts';

/** What everything else is built on. */
export interface Foundations {
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly live: Live;
  readonly storage: Storage;
  readonly keys: MasterKeys;
  readonly inference: InferenceAddress;
  /** Hears of faults in work that goes on beside requests. */
  readonly onError: (error: unknown) => void;
  /** Where the last line of the audit log is kept, beside the database. */
  readonly auditAnchorFile: string;
  /** Signs session cookies. */
  readonly authSecret: string;
  /** Whether requests to addresses that people give may reach inside the network. */
  readonly allowsPrivateEndpoints: boolean;
  /** Whether people reach the server by HTTPS, so that cookies may be bound to it. */
  readonly isSecure: boolean;
}

/** Every service of the product, wired by hand, in the order in which they need one another. */
export type Services = ReturnType<typeof createServices>;

/** Builds the services on their stores. */
export function createServices(foundations: Foundations) {
  const { database, jobs, live, storage, keys, inference, authSecret, isSecure, onError } = foundations;
  const auditStore = createAuditStore(database);
  const auditAnchor = createAuditAnchor(foundations.auditAnchorFile, auditStore);
  const audit = createAuditService(auditStore, auditAnchor);
  const encryption = createEncryptionService({ database, storage, keys, audit });
  const sessions = createSessionLibrary(database, authSecret, isSecure);
  const peopleStore = createPeopleStore(database);
  const tokens = createTokenService(database, createTokenStore(database), audit);
  const people = createPeopleService(database, peopleStore, sessions, audit, tokens);
  const memberStore = createMemberStore(database);
  const members = createMemberService(database, memberStore, audit);
  const invitationStore = createInvitationStore(database);
  const standing = createInvitationStandingStore();
  const invitationParts = { database, store: invitationStore, standing, members: memberStore, people, audit };
  const invitations = createInvitationService(invitationParts);
  const installationPeopleStore = createInstallationPeopleStore(database);
  const installationPeople = createInstallationPeopleService(
    database,
    installationPeopleStore,
    peopleStore,
    audit,
    tokens,
  );
  const firstAdmin = createFirstAdmin(database, peopleStore, sessions);

  const decisionStore = createDecisionStore(database);
  const decisionRecorder = createDecisionRecorder(decisionStore, audit);

  const tasks = createTaskService(createTaskStore(database));
  const requirements = createRequirementService(
    database,
    createRequirementStore(database),
    audit,
    decisionRecorder,
    createSecondPersonService(createSecondPersonStore(database)),
    tasks.of,
    // Evaluations are judged by requirements, and come into being after them.
    (projectId) => evaluations.newestStanding(projectId),
  );
  const dataStore = createDataStore(database, requirements.retentionDays);
  const preparationStore = createPreparationStore(database);
  const data = createDataService(database, dataStore, storage, audit);
  const labelMasks = createLabelMasks(authSecret);
  const items = createItemsService(data, audit, labelMasks);
  const images = createImagesService(dataStore, storage, audit);
  const recipePreviews = createRecipePreviewService(data, labelMasks);
  const tokenizerReader = createTokenizerReader(storage);
  const personalFiles = createPersonalFiles(dataStore, data, audit, tokenizerReader, people.rolesIn);
  const tokenizerStore = createTokenizerStore(database);
  const lineage = createLineageService(createLineageStore(database), dataStore, data.openContent);
  const certificates = createCertificateService(createCertificateStore(database));
  const deletions = createDeletionStore(database);
  const deletion = createContentDeletion({ database, store: dataStore, deletions, storage });
  const retention = createRetentionService({ database, store: dataStore, deletions, deletion, certificates, audit });
  const unnamedFiles = createUnnamedFiles({ database, store: createStoredFilesStore(), storage });
  const copiesStore = createWorkerCopiesStore(database);
  const workerCopies = createWorkerCopiesService({ database, store: copiesStore, deletions, audit });
  const jobStore = createJobStore(database);
  const jobService = createJobService(database, jobStore, audit, live);
  const tokenizers = createTokenizerService({
    ...{ database, store: tokenizerStore, versions: dataStore, reader: tokenizerReader },
    ...{ personalFiles, storage, jobs: jobService, audit },
  });
  const uploadedTokenizers = createUploadedTokenizerService({
    ...{ database, store: tokenizerStore, versions: dataStore, reader: tokenizerReader },
    ...{ storage, deletion, jobs: jobService, audit },
  });
  const runStore = createRunStore(database);
  const artifactStore = createArtifactStore(database);
  const checkpoints = createCheckpointService(artifactStore);
  const plans = createPlanService({
    ...{ database, data, live },
    store: createPlanStore(database),
    lengths: createLengthService(createLengthStore(database)),
  });
  const runs = createRunService({
    ...{ database, store: runStore, data, tokenizers, checkpoints, plans, audit, jobs, live },
  });
  const sweeps = createSweepService({ database, store: createSweepStore(database), runs, plans, data, audit });
  const history = createHistoryService(createHistoryStore(database), runs, live);
  const leases = createLeaseService({
    database,
    store: createLeaseStore(database, artifactStore),
    runs: runStore,
    jobs,
    live,
  });
  const reports = createReportService(database, createReportStore(), runStore, live);
  const artifacts = createArtifactService({
    ...{ database, store: artifactStore, reports, storage, lockContent },
    removeContent: deletion.removeContent,
  });
  const evaluationStore = createEvaluationStore(database);
  const trainedItems = createTrainedItemsService(createTrainedItemsStore(database), data.openContent);
  const jobLeases = createJobLeaseService({
    database,
    store: jobStore,
    storage,
    live,
    completions: [
      keepExport(artifactStore),
      keepImportedEvaluation(evaluationStore, trainedItems),
      keepPreparation(preparationStore, dataStore, audit),
      keepTokenizer(tokenizerStore, dataStore, audit),
      keepTokenizerMeasurement(tokenizerStore, dataStore),
    ],
  });
  const exports = createExportService({ database, store: createExportStore(database), jobs: jobService, audit });
  const inferenceClient = createInferenceClient(inference);
  const preparations = createPreparationService({
    ...{ database, store: preparationStore, versions: dataStore, jobs: jobService, audit, labelMasks },
  });
  const sourceStore = createSourceStore(database);
  const sources = createSourceService({ database, store: sourceStore, storage, audit });
  const erasureStore = createErasureStore(database);
  const sealer = createSealer(authSecret, 'erasure');
  const erasureWork = createErasureWork({
    ...{ database, store: erasureStore, versions: dataStore, texts: createRepeatedTextsStore(database) },
    unversioned: createUnversionedContent({ database, jobs: jobService, sources, deletion }),
    ...{ deletion, runs, tokenizersOf: deletions.tokenizersOf, uploadedTokenizers, certificates, audit, storage },
    ...{ sealer, onError, copiesOf: workerCopies.ofData, descriptions: createDescriptionsStore(database, audit) },
    frozen: createFrozenRecordsStore(database),
    modelFiles: createModelFileTraces(database, tokenizerReader),
  });
  const erasures = createErasureService({ database, store: erasureStore, audit, sealer, work: erasureWork });
  const sourceImports = createSourceImportService({
    database,
    sources: sourceStore,
    preparations: preparationStore,
    storage,
    jobs: jobService,
    audit,
  });
  const generation = createInferenceService(runs, artifacts, data, inferenceClient);
  const modelFiles = createModelFileService({
    database,
    store: createModelFileStore(database),
    storage,
    jobs: jobService,
    data,
    audit,
    inference: inferenceClient,
    labelMasks,
  });
  const evaluations = createEvaluationService(evaluationStore, requirements, storage, sweeps.chosenRun);
  const candidates = createCandidateService({
    database,
    store: createCandidateStore(database),
    audit,
    outbound: createOutbound({ allowsPrivate: foundations.allowsPrivateEndpoints }),
    storage,
    modelFileName: async (projectId, modelFileId) =>
      (await modelFiles.projectOf(modelFileId)) === projectId ? (await modelFiles.get(modelFileId)).name : undefined,
  });
  const selections = createSelectionService({
    database,
    store: createSelectionStore(database),
    candidates,
    requirements,
    measured: createMeasuredSources(evaluationStore),
    measurement: evaluations.standing,
    decisions: decisionRecorder,
    audit,
  });
  const traceability = createTraceabilityService({
    basis: evaluations.basis,
    runs: async (projectId, limit) => (await runs.list(projectId, undefined, limit)).items,
    evaluations: evaluations.withMetrics,
    candidates: selections.evidence,
    seenInValidation: trainedItems.seenInValidation,
  });
  const decisions = createDecisionService(decisionStore, audit, {
    requirement: requirements.standing,
    evaluation: evaluations.standing,
  });
  const projectStore = createProjectStore(database);
  const projects = createProjectService(database, projectStore, audit, {
    requirements,
    selections,
    data,
    retention,
    runs,
    evaluations,
  });
  const seedParts = { database, seeds: createSeedStore(), projects: projectStore, requirements, data, runs };
  const seed = createSeedService(seedParts);
  const workers = createWorkerService(database, createWorkerStore(database), audit);

  return {
    audit,
    auditAnchor,
    encryption,
    people,
    members,
    invitations,
    installationPeople,
    firstAdmin,
    tokens,
    decisions,
    decisionRecorder,
    requirements,
    traceability,
    candidates,
    selections,
    data,
    tasks,
    items,
    images,
    labelMasks,
    personalFiles,
    certificates,
    workerCopies,
    retention,
    unnamedFiles,
    erasures,
    erasureWork,
    preparations,
    recipePreviews,
    sources,
    sourceImports,
    lineage,
    tokenizers,
    uploadedTokenizers,
    runs,
    sweeps,
    history,
    leases,
    jobs: jobService,
    jobLeases,
    reports,
    artifacts,
    checkpoints,
    plans,
    exports,
    generation,
    modelFiles,
    evaluations,
    uncounted: createUncountedService(createUncountedStore(database), trainedItems),
    comparisons: createComparisonService(evaluationStore, createResamplingStore(database)),
    trainedItems,
    projects,
    seed,
    workers,
  };
}
