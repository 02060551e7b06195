import { inLanguage, type LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { findArchitecture } from '@greenlight/shared/stages/selection/architectures/catalogue.ts';
import {
  MOST_CANDIDATES,
  type Candidate,
  type NewCandidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import { OutboundError, type Outbound } from '../../plugins/outbound.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { Storage } from '../../storage/storage.ts';
import type { CandidateStore, NewCandidateRow } from './candidate-store.ts';
import { checkEndpoint } from './endpoint-check.ts';
import { keepSecret, readSecret } from './endpoint-secret.ts';

/** The door to the models that a project weighs. */
export interface CandidateService {
  list(
    projectId: string,
    archived: 'without' | 'only',
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: Candidate[]; nextCursor: string | null }>;
  /** Throws `invalid-candidate` or `too-many-candidates`; the same again answers with the one that exists, out of the archive. */
  add(person: UserPrincipal, projectId: string, wanted: NewCandidate): Promise<Candidate>;
  describe(
    person: UserPrincipal,
    id: string,
    change: {
      name?: LocalizedText | undefined;
      notes?: LocalizedText | null | undefined;
      secret?: string | null | undefined;
    },
  ): Promise<Candidate>;
  archive(person: UserPrincipal, id: string): Promise<Candidate>;
  restore(person: UserPrincipal, id: string): Promise<Candidate>;
  /** Throws `candidate-in-use`. */
  remove(person: UserPrincipal, id: string): Promise<void>;
  /** Asks an endpoint for its models, with its secret where it has one. */
  check(person: UserPrincipal, id: string): Promise<Candidate>;
  projectOf(id: string): Promise<string | undefined>;
  /** The candidates outside the archive, oldest first. */
  active(projectId: string, limit: number): Promise<Candidate[]>;
  /** Candidates of a project among ids, whether archived or not. */
  ofProject(projectId: string, ids: readonly string[]): Promise<Candidate[]>;
  summary(projectId: string): Promise<{ count: number; changedAt: Date | null }>;
}

/** What the service stands on. */
export interface CandidateParts {
  readonly database: Database;
  readonly store: CandidateStore;
  readonly audit: AuditService;
  readonly outbound: Outbound;
  readonly storage: Storage;
  /** The name of an uploaded model of a project, or undefined where there is none. */
  readonly modelFileName: (projectId: string, modelFileId: string) => Promise<string | undefined>;
}

function invalid(field: string, message: LocalizedText): AppError {
  return new AppError('invalid-candidate', { fields: [{ field, message }] });
}

/** Builds the service of candidates. */
export function createCandidateService(parts: CandidateParts): CandidateService {
  const { database, store, audit, outbound, storage, modelFileName } = parts;

  async function get(id: string): Promise<Candidate> {
    const found = await store.find(id);
    if (found === undefined) throw new AppError('not-found');
    return found;
  }

  function record(transaction: Transaction, person: UserPrincipal, of: Candidate, act: string, details: object = {}) {
    return audit.record(transaction, {
      actor: actorOf(person),
      action: `candidate.${act}`,
      target: `candidate:${of.id}`,
      projectId: of.projectId,
      details: { name: of.name, ...details },
    });
  }

  type Particulars = Pick<NewCandidateRow, 'architecture' | 'modelFileId' | 'endpointUrl' | 'endpointModel'> & {
    readonly name: LocalizedText;
    readonly reference: string;
  };

  async function particulars(projectId: string, wanted: NewCandidate): Promise<Particulars> {
    switch (wanted.kind) {
      case 'catalogue': {
        const entry = findArchitecture(wanted.architecture);
        if (entry === undefined)
          throw invalid('architecture', { en: 'The catalogue has no such entry.', zh: '目录中没有这一条目。' });
        return { name: wanted.name ?? entry.name, architecture: entry.id, reference: entry.id };
      }
      case 'model-file': {
        const { modelFileId } = wanted;
        const fileName = await modelFileName(projectId, modelFileId);
        if (fileName === undefined)
          throw invalid('modelFileId', { en: 'This project has no such model.', zh: '本项目没有这个模型。' });
        return { name: wanted.name ?? { en: fileName, zh: fileName }, modelFileId, reference: modelFileId };
      }
      case 'endpoint': {
        const { url, model } = wanted;
        try {
          outbound.check(url);
        } catch (error) {
          if (!(error instanceof OutboundError)) throw error;
          throw invalid('url', {
            en: 'This address lies inside the network, or carries a name and password: it is not asked.',
            zh: '该地址位于内部网络，或含有用户名与密码，不允许访问。',
          });
        }
        return {
          name: wanted.name ?? { en: model, zh: model },
          endpointUrl: url,
          endpointModel: model,
          reference: `${url} ${model}`,
        };
      }
    }
  }

  /** Under the lock of the project, so that two at once do not both take the last place. */
  async function refuseTooMany(transaction: Transaction, projectId: string): Promise<void> {
    if ((await store.count(transaction, projectId)) >= MOST_CANDIDATES) throw new AppError('too-many-candidates');
  }

  async function lock(transaction: Transaction, id: string) {
    const locked = await store.lock(transaction, id);
    if (locked === undefined) throw new AppError('not-found');
    return locked;
  }

  /** Replaces or forgets an endpoint's secret: the new file is there before the row names it, the old one until it does not. */
  async function setSecret(person: UserPrincipal, of: Candidate, secret: string | null): Promise<void> {
    if (of.endpoint === null)
      throw invalid('secret', { en: 'Only an endpoint has a secret.', zh: '只有端点才有密钥。' });
    const secretSha256 = secret === null ? null : await keepSecret(storage, secret);
    let before: string | null;
    try {
      before = await database.$transaction(async (transaction) => {
        const locked = await lock(transaction, of.id);
        await store.change(transaction, of.id, { secretSha256 });
        await record(transaction, person, of, secret === null ? 'secret-forgotten' : 'secret-set');
        return locked.secretSha256;
      });
    } catch (error) {
      if (secretSha256 !== null) await storage.remove(secretSha256);
      throw error;
    }
    if (before !== null) await storage.remove(before);
  }

  async function setArchived(person: UserPrincipal, id: string, archivedAt: Date | null): Promise<Candidate> {
    const { projectId } = await get(id);
    await database.$transaction(async (transaction) => {
      await store.lockProject(transaction, projectId);
      const { candidate: found } = await lock(transaction, id);
      if ((found.archivedAt === null) === (archivedAt === null)) return;
      if (archivedAt === null) await refuseTooMany(transaction, projectId);
      await store.change(transaction, id, { archivedAt });
      await record(transaction, person, found, archivedAt === null ? 'restored' : 'archived');
    });
    return get(id);
  }

  return {
    async list(projectId, archived, cursor, limit) {
      const rows = await store.page(projectId, archived, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: new Date(row.createdAt), id: row.id }));
      return { items: page.rows, nextCursor: page.nextCursor };
    },
    async add(person, projectId, wanted) {
      const { name, reference, ...columns } = await particulars(projectId, wanted);
      const key = JSON.stringify([wanted.kind, reference, inLanguage(name, 'en').trim()]);
      const added = await database.$transaction(async (transaction) => {
        await store.lockProject(transaction, projectId);
        const known = await store.findByKey(transaction, projectId, key);
        if (known !== undefined) return known;
        await refuseTooMany(transaction, projectId);
        const createdBy = actorOf(person);
        const { kind, notes } = wanted;
        const row = { projectId, kind, key, name, notes, ...columns, createdBy, createdById: person.userId };
        const id = await store.add(transaction, row);
        await audit.record(transaction, {
          actor: createdBy,
          action: 'candidate.added',
          target: `candidate:${id}`,
          projectId,
          details: { kind, name, reference },
        });
        return id;
      });
      const id = typeof added === 'string' ? added : added.id;
      if (typeof added !== 'string' && added.archivedAt !== null) await setArchived(person, id, null);
      if (wanted.kind === 'endpoint' && wanted.secret !== null) await setSecret(person, await get(id), wanted.secret);
      return get(id);
    },
    async describe(person, id, { name, notes, secret }) {
      const found = await get(id);
      await database.$transaction(async (transaction) => {
        await lock(transaction, id);
        await store.change(transaction, id, {
          ...(name === undefined ? {} : { name }),
          ...(notes === undefined ? {} : { notes }),
        });
        await record(transaction, person, found, 'described', { newName: name ?? null });
      });
      if (secret !== undefined) await setSecret(person, found, secret);
      return get(id);
    },
    archive: (person, id) => setArchived(person, id, new Date()),
    restore: (person, id) => setArchived(person, id, null),
    async remove(person, id) {
      const found = await get(id);
      const secret = await database.$transaction(async (transaction) => {
        const { secretSha256 } = await lock(transaction, id);
        if (!(await store.remove(transaction, id))) throw new AppError('candidate-in-use');
        await record(transaction, person, found, 'removed', { kind: found.kind });
        return secretSha256;
      });
      if (secret !== null) await storage.remove(secret);
    },
    async check(person, id) {
      const found = await get(id);
      if (found.endpoint === null)
        throw invalid('kind', { en: 'Only an endpoint can be asked.', zh: '只有端点可以检查。' });
      const { url, model } = found.endpoint;
      const kept = await store.secretOf(id);
      const secret = kept === null ? null : await readSecret(storage, kept);
      const endpointCheck = await checkEndpoint(outbound, { url, model }, secret, () => new Date());
      await database.$transaction(async (transaction) => {
        await lock(transaction, id);
        await store.change(transaction, id, { endpointCheck });
        const { problem, status } = endpointCheck;
        await record(transaction, person, found, 'checked', { url, model, problem, status });
      });
      return get(id);
    },
    projectOf: store.projectOf,
    active: store.active,
    ofProject: store.ofProject,
    async summary(projectId) {
      const [count, changedAt] = await Promise.all([store.count(database, projectId), store.changedAt(projectId)]);
      return { count, changedAt };
    },
  };
}
