import { chinese } from '@greenlight/shared/api/chinese-text.ts';
import { inLanguage, type LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { TaskMetricValue } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { Criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import type { CandidateEvidence } from '@greenlight/shared/stages/requirements/traceability.ts';
import type { Selection, SelectionSummary } from '@greenlight/shared/stages/selection/contract.ts';
import { inputOf, isSame, matrixDifferences } from '@greenlight/shared/stages/selection/differences.ts';
import {
  MOST_COLUMNS,
  MOST_CRITERIA,
  type Cell,
  type MatrixContent,
} from '@greenlight/shared/stages/selection/matrix.ts';
import {
  archivedChoiceIssues,
  contentIssues,
  decisionIssues,
  evidenceIssues,
  needsExplanation,
  requirementIssues,
  takenOver,
  type SelectionIssue,
} from '@greenlight/shared/stages/selection/rules.ts';
import type { DecisionRecorder } from '../../across/decisions/recorder.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeNumberCursor, encodeCursor } from '../../plugins/cursor.ts';
import { isUniqueViolation } from '../../plugins/database-errors.ts';
import { newId } from '../../plugins/new-id.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { RequirementService } from '../requirements/service.ts';
import type { CandidateService } from './candidate-service.ts';
import { decisionEvidence, hashOfMatrix, measurementOf, type Measurement } from './decision-evidence.ts';
import type { MeasuredSources } from './measured-sources.ts';
import { contentOf, decisionOf, frozenDecision, presentColumn, presentSelection, presentSummary } from './present.ts';
import type { SelectionRow, SelectionStore } from './store.ts';

/** What the overview of a project says about the stage. */
export interface SelectionStanding {
  readonly candidates: number;
  readonly isDraftOpen: boolean;
  /** The newest decision; null before the first. */
  readonly decision: {
    readonly candidateName: LocalizedText;
    readonly architecture: string | null;
    readonly isOutdated: boolean;
  } | null;
  /** ISO 8601; null where nothing happened. */
  readonly changedAt: string | null;
}

/** The door to decision matrices. */
export interface SelectionService {
  /** The newest one, or null where none was begun. */
  current(projectId: string): Promise<Selection | null>;
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: SelectionSummary[]; nextCursor: string | null }>;
  /** Copies the newest one, or begins from the candidates and criteria of the project. Throws `selection-open` or `conflict`. */
  start(person: UserPrincipal, projectId: string, basedOn: number | null): Promise<Selection>;
  get(id: string): Promise<Selection>;
  projectOf(id: string): Promise<string | undefined>;
  /** Throws `edited-meanwhile` with what differs, `selection-decided` or `invalid-selection`. */
  save(person: UserPrincipal, id: string, revision: number, content: MatrixContent): Promise<Selection>;
  discard(person: UserPrincipal, id: string, revision: number): Promise<void>;
  /** Throws `explanation-needed` as well. */
  decide(
    person: UserPrincipal,
    id: string,
    revision: number,
    choice: { candidateId: string; rationale: string; dissent: string | null; explanation: string | null },
  ): Promise<Selection>;
  /** What was measured in a project, newest first. */
  measured: MeasuredSources['page'];
  standing(projectId: string): Promise<SelectionStanding>;
  /** What the newest matrix says about each of its candidates, for the traceability matrix. */
  evidence(projectId: string): Promise<CandidateEvidence[]>;
}

/** A decision keeps more evaluations than these as their numbers only. */
const MOST_MEASUREMENTS = 30;

/** What the service stands on. */
export interface SelectionParts {
  readonly database: Database;
  readonly store: SelectionStore;
  readonly candidates: CandidateService;
  readonly requirements: Pick<RequirementService, 'current' | 'approvedVersions'>;
  /** What was measured in a project; the later stages give it. */
  readonly measured: MeasuredSources;
  /** An evaluation as it stands, by its id or that of an imported model's job; undefined where it is gone. */
  readonly measurement: (id: string) => Promise<Measurement | undefined>;
  readonly decisions: DecisionRecorder;
  readonly audit: AuditService;
}

function refuse(issues: readonly SelectionIssue[]): void {
  if (issues.length > 0) throw new AppError('invalid-selection', { fields: issues.slice(0, 100) });
}

const blankAsNull = (text: string | null): string | null => (text === null || text.trim() === '' ? null : text);

/** Builds the service of decision matrices. */
export function createSelectionService(parts: SelectionParts): SelectionService {
  const { database, store, candidates, requirements, measured, measurement, decisions, audit } = parts;

  async function present(row: SelectionRow): Promise<Selection> {
    const approved = row.state === 'decided' ? await requirements.approvedVersions(row.projectId) : [];
    return presentSelection(row, approved);
  }

  async function find(id: string): Promise<SelectionRow> {
    const row = await store.find(id);
    if (row === null) throw new AppError('not-found');
    return row;
  }

  const get = async (id: string): Promise<Selection> => present(await find(id));

  /** The draft at a revision; otherwise says that it was decided, or who saved it and what differs from `sent`. */
  async function expected(id: string, revision: number, sent?: MatrixContent): Promise<SelectionRow> {
    const row = await find(id);
    if (row.state !== 'draft') throw new AppError('selection-decided');
    if (row.revision === revision) return row;
    const { edited } = presentSummary(row);
    const differences = sent === undefined ? [] : matrixDifferences(contentOf(row), sent);
    throw new AppError('edited-meanwhile', { revision: row.revision, edited, differences });
  }

  /** After a write that found nothing: the draft has moved on between reading and writing. */
  async function refuseOvertaken(id: string, revision: number, sent?: MatrixContent): Promise<never> {
    await expected(id, revision, sent);
    throw new AppError('conflict');
  }

  async function firstContent(projectId: string) {
    const [weighed, approved, newest] = await Promise.all([
      candidates.active(projectId, MOST_COLUMNS),
      requirements.approvedVersions(projectId),
      requirements.current(projectId),
    ]);
    const criteria = (approved.at(-1) ?? newest)?.criteria ?? [];
    return {
      candidateIds: weighed.map(({ id }) => id),
      criteria: criteria.slice(0, MOST_CRITERIA).map((criterion) => takenOver(criterion, newId())),
      cells: [],
    };
  }

  /** The columns must be candidates of the project, and only such as were there already may be archived ones. */
  async function foreignCandidates(row: SelectionRow, content: MatrixContent): Promise<SelectionIssue[]> {
    const before = contentOf(row).candidateIds;
    const known = await candidates.ofProject(row.projectId, content.candidateIds);
    const usable = new Set(
      known.filter(({ id, archivedAt }) => archivedAt === null || before.includes(id)).map(({ id }) => id),
    );
    return content.candidateIds
      .filter((id) => !usable.has(id))
      .map((candidateId) => ({
        code: 'unknown-cell' as const,
        field: 'candidateIds',
        criterionId: null,
        candidateId,
        message: {
          en: 'A candidate is not in this project, or is in the archive.',
          zh: '有候选模型不属于本项目，或已归档。',
        },
      }));
  }

  /** Acceptance criteria as they stand in any version of the requirement, or stood when the matrix took them over. */
  async function writtenCriteria(row: SelectionRow): Promise<Criterion[]> {
    const { projectId } = row;
    const [approved, newest] = await Promise.all([
      requirements.approvedVersions(projectId),
      requirements.current(projectId),
    ]);
    const taken = contentOf(row).criteria.flatMap(({ requirement }) => requirement ?? []);
    return [...taken, ...(newest?.criteria ?? []), ...approved.flatMap(({ criteria }) => criteria)];
  }

  /** The evaluations that scores rest on, by the id that the scores name. */
  async function measurementsOf({ cells }: MatrixContent): Promise<Map<string, Measurement>> {
    const named = new Set(cells.flatMap(({ evidence }) => measurementOf(evidence) ?? []));
    const found = await Promise.all(
      [...named].slice(0, MOST_MEASUREMENTS).map(async (id) => [id, await measurement(id)] as const),
    );
    return new Map(found.flatMap(([id, one]) => (one === undefined ? [] : [[id, one] as const])));
  }

  return {
    get,
    projectOf: store.projectOf,
    measured: measured.page,
    async current(projectId) {
      const row = await store.newest(projectId);
      return row === null ? null : present(row);
    },
    async list(projectId, cursor, limit) {
      const below = decodeNumberCursor(cursor, 'version');
      const rows = await store.page(projectId, below, limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(presentSummary),
        nextCursor: rows.length > limit && last ? encodeCursor({ version: String(last.version) }) : null,
      };
    },
    async start(person, projectId, basedOn) {
      const newest = await store.newest(projectId);
      if (newest?.state === 'draft') throw new AppError('selection-open', { selectionId: newest.id });
      if ((newest?.version ?? null) !== basedOn) throw new AppError('conflict', { version: newest?.version ?? null });
      const content = newest === null ? await firstContent(projectId) : contentOf(newest);
      const draft = { projectId, basedOn, version: (basedOn ?? 0) + 1, content };
      try {
        const id = await database.$transaction(async (transaction) => {
          const made = await store.createDraft(transaction, draft);
          await audit.record(transaction, {
            actor: actorOf(person),
            action: 'selection.started',
            target: `selection:${made}`,
            projectId,
            details: { version: draft.version, basedOn },
          });
          return made;
        });
        return await get(id);
      } catch (error) {
        if (isUniqueViolation(error)) throw new AppError('selection-open');
        throw error;
      }
    },
    async save(person, id, revision, content) {
      const row = await expected(id, revision, content);
      const stored = contentOf(row);
      const known = new Map(stored.cells.map((cell) => [`${cell.criterionId} ${cell.candidateId}`, cell]));
      const setNow = { setBy: actorOf(person), setAt: new Date().toISOString() };
      const cells = content.cells.map((sent): Cell => {
        const before = known.get(`${sent.criterionId} ${sent.candidateId}`);
        return before !== undefined && isSame(inputOf(before), inputOf(sent)) ? before : { ...sent, ...setNow };
      });
      const unwritten = requirementIssues(content, await writtenCriteria(row));
      refuse([...contentIssues(content), ...unwritten, ...(await foreignCandidates(row, content))]);
      // Only what is claimed anew is held against the measurements; what stands was when it was set.
      const isNew = (index: number) => cells[index]?.setAt === setNow.setAt;
      const named = content.cells.flatMap(({ evidence }) => measurementOf(evidence) ?? []);
      const claimed = evidenceIssues(content, await measured.named(row.projectId, named));
      refuse(claimed.filter(({ field }) => isNew(Number(field.split('.')[1]))));
      const editor = { userId: person.userId, name: actorOf(person) };
      const isSaved = await database.$transaction((transaction) =>
        store.replaceContent(transaction, { id, revision }, { ...content, cells }, editor),
      );
      return isSaved ? get(id) : refuseOvertaken(id, revision, content);
    },
    async discard(person, id, revision) {
      const row = await expected(id, revision);
      const isGone = await database.$transaction(async (transaction) => {
        if (!(await store.remove(transaction, { id, revision }))) return false;
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'selection.discarded',
          target: `selection:${id}`,
          projectId: row.projectId,
          details: { version: row.version },
        });
        return true;
      });
      if (!isGone) await refuseOvertaken(id, revision);
    },
    async decide(person, id, revision, { candidateId, rationale, dissent, explanation }) {
      const row = await expected(id, revision);
      const content = contentOf(row);
      refuse([...contentIssues(content), ...decisionIssues(content)]);
      const approved = await requirements.approvedVersions(row.projectId);
      const { candidates: columns, ranking, sensitivity, ...draft } = presentSelection(row, approved);
      const chosen = columns.find((column) => column.id === candidateId);
      if (chosen === undefined)
        throw new AppError('bad-request', { fields: [{ field: 'candidateId', message: 'not in the matrix' }] });
      refuse(archivedChoiceIssues(chosen));
      const isAgainst = needsExplanation(content, candidateId);
      const why = isAgainst ? blankAsNull(explanation) : null;
      if (isAgainst && why === null) throw new AppError('explanation-needed', { leader: ranking.leader });
      const { criteria, cells, version } = draft;
      const matrix = { version, candidates: columns, criteria, cells, ranking, sensitivity };
      const requirementVersion = approved.at(-1)?.version ?? null;
      const measurements = await measurementsOf(content);
      const nameEn = inLanguage(chosen.name, 'en');
      const isDecided = await database
        .$transaction(async (transaction) => {
          // Names and archive are no part of the revision: who renames or archives meanwhile must not have been decided on.
          const standing = (await store.lockedColumns(transaction, id)).map(presentColumn);
          if (!isSame(standing, columns)) throw new Overtaken();
          const decisionId = await decisions.record(transaction, {
            projectId: row.projectId,
            kind: 'model-selected',
            title: {
              en: isAgainst ? `Chose ${nameEn}, which does not lead for certain` : `Chose ${nameEn}`,
              zh: isAgainst
                ? chinese`选定${inLanguage(chosen.name, 'zh')}（并非确定领先）`
                : chinese`选定${inLanguage(chosen.name, 'zh')}`,
            },
            rationale,
            dissent: blankAsNull(dissent),
            requirementVersion,
            actor: person,
            evidence: decisionEvidence(id, matrix, { candidateId, explanation: why }, measurements),
          });
          const decision = {
            decisionId,
            sha256: hashOfMatrix(matrix),
            candidateId,
            candidateName: chosen.name,
            architecture: chosen.architecture,
            rationale,
            dissent: blankAsNull(dissent),
            explanation: why,
            requirementVersion,
            actor: actorOf(person),
            at: new Date().toISOString(),
          };
          const frozen = frozenDecision.parse({ decision, candidates: columns, ranking, sensitivity });
          // Thrown, not returned: the decision must not stay behind where the draft has moved on.
          if (!(await store.decide(transaction, { id, revision }, frozen))) throw new Overtaken();
          await audit.record(transaction, {
            actor: actorOf(person),
            action: 'selection.decided',
            target: `selection:${id}`,
            projectId: row.projectId,
            details: { version, candidateId, candidateName: chosen.name, isAgainst, sha256: decision.sha256 },
          });
          return true;
        })
        .catch((error: unknown) => {
          if (error instanceof Overtaken) return false;
          throw error;
        });
      return isDecided ? get(id) : refuseOvertaken(id, revision);
    },
    async standing(projectId) {
      const [newest, decided, weighed] = await Promise.all([
        store.newest(projectId),
        store.newestDecided(projectId),
        candidates.summary(projectId),
      ]);
      const shown = decided === null ? null : await present(decided);
      const decision = shown?.decision ?? null;
      const moments = [
        weighed.changedAt?.toISOString(),
        newest?.editedAt?.toISOString(),
        newest?.createdAt.toISOString(),
        decision?.at,
      ];
      return {
        candidates: weighed.count,
        isDraftOpen: newest?.state === 'draft',
        decision:
          decision === null
            ? null
            : {
                candidateName: decision.candidateName,
                architecture: decision.architecture,
                isOutdated: shown?.changedSince !== null,
              },
        changedAt:
          moments
            .filter((moment) => moment !== undefined)
            .toSorted()
            .at(-1) ?? null,
      };
    },
    async evidence(projectId) {
      const row = await store.newest(projectId);
      if (row === null) return [];
      const { candidateIds, criteria, cells } = contentOf(row);
      const names = new Map(row.candidates.map(({ candidate }) => [candidate.id, candidate.name as LocalizedText]));
      const at = decisionOf(row)?.at ?? (row.editedAt ?? row.createdAt).toISOString();
      return candidateIds.map((id) => ({
        id,
        name: names.get(id) ?? { en: id },
        at,
        metrics: cells.flatMap((cell): TaskMetricValue[] => {
          const criterion = criteria.find((one) => one.id === cell.criterionId);
          // Scores of a slice are not scores of the whole.
          if (cell.candidateId !== id || criterion?.metric == null || (criterion.requirement?.slice ?? null) !== null)
            return [];
          const { score: value, low, high, items } = cell;
          const task = criterion.requirement?.task;
          const measure = { metric: criterion.metric, ...(task === undefined ? {} : { task }) };
          return [{ ...measure, value, low, high, items: items ?? 0, note: null }];
        }),
      }));
    },
  };
}

/** The draft that was to be frozen has moved on. */
class Overtaken extends Error {}
