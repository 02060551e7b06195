import { createHash } from 'node:crypto';
import { evidenceItem, type DecisionKind, type EvidenceItem } from '@greenlight/shared/across/decisions/contract.ts';
import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { z } from 'zod';
import type { Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { newId } from '../../plugins/new-id.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { AuditService } from '../governance/audit-service.ts';
import { canonicalJson } from '../../plugins/canonical-json.ts';
import type { DecisionRow, DecisionStore } from './store.ts';

/** A decision that somebody takes. */
export interface NewDecision {
  readonly projectId: string;
  readonly kind: DecisionKind;
  readonly title: LocalizedText;
  readonly rationale: string;
  readonly dissent?: string | null;
  readonly requirementVersion?: number | null;
  readonly actor: UserPrincipal;
  /** As it stands now: it is frozen with the decision. */
  readonly evidence: readonly EvidenceItem[];
}

/** Keeps decisions; every stage that decides something calls it in the transaction of the act. */
export interface DecisionRecorder {
  /** Writes the decision and its audit event, or neither; answers its id. Throws `payload-too-large`. */
  record(transaction: Transaction, decision: NewDecision): Promise<string>;
}

/** The audit log's name for the recording of a decision. */
export const DECISION_RECORDED = 'decision.recorded';

/**
 * Whatever could be saved can be decided on: a body has at most 1 MiB, and a decision freezes it once whole and twice more
 * as what changed.
 */
const MOST_EVIDENCE_BYTES = 4 * 1024 * 1024;
const frozenEvidence = z.array(evidenceItem).max(200);

/** SHA-256 of the canonical JSON of everything that a decision says. */
export function hashOfDecision(
  row: Omit<DecisionRow, 'sha256' | 'title' | 'evidence'> & { title: unknown; evidence: unknown },
): string {
  const { id, projectId, kind, title, rationale, dissent, requirementVersion, actor, actorId, evidence } = row;
  const createdAt = row.createdAt.toISOString();
  const content = {
    id,
    projectId,
    kind,
    title,
    rationale,
    dissent,
    requirementVersion,
    actor,
    actorId,
    evidence,
    createdAt,
  };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** Builds the recorder on its store. */
export function createDecisionRecorder(store: DecisionStore, audit: AuditService): DecisionRecorder {
  return {
    async record(transaction, decision) {
      const { projectId, kind, title, rationale, dissent = null, requirementVersion = null } = decision;
      // What is hashed must be what comes back from the columns, so it passes through JSON first.
      const frozen = JSON.stringify(frozenEvidence.parse(JSON.parse(JSON.stringify(decision.evidence))));
      if (Buffer.byteLength(frozen) > MOST_EVIDENCE_BYTES) throw new AppError('payload-too-large');
      const content = {
        id: newId(),
        projectId,
        kind,
        title,
        rationale,
        dissent,
        requirementVersion,
        actor: actorOf(decision.actor),
        actorId: decision.actor.userId,
        evidence: JSON.parse(frozen) as object,
        createdAt: new Date(),
      };
      const sha256 = hashOfDecision(content);
      await store.add(transaction, { ...content, sha256 });
      await audit.record(transaction, {
        actor: content.actor,
        action: DECISION_RECORDED,
        target: `decision:${content.id}`,
        projectId,
        details: { kind, title, requirementVersion, sha256 },
      });
      return content.id;
    },
  };
}
