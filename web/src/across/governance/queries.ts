import {
  listAuditEvents,
  listProjectAuditEvents,
  type AuditFilter,
} from '@greenlight/shared/across/governance/audit-contract.ts';
import { listTokens, listWorkers } from '@greenlight/shared/across/governance/contract.ts';
import { getEncryption } from '@greenlight/shared/across/governance/encryption-contract.ts';
import { listInvitations } from '@greenlight/shared/across/governance/invitations-contract.ts';
import { queryOptions } from '@tanstack/react-query';
import { pagesOf, queryOf } from '../../api/query.ts';

/** The tokens of the person who is signed in, page by page. */
export const tokensQuery = pagesOf(listTokens, {});

/** The links by which people join a project, page by page. */
export function invitationsQuery(projectId: string) {
  return pagesOf(listInvitations, { params: { projectId } });
}

/** The training machines of the installation. */
export function workersQuery(connection: 'connected' | 'offline') {
  return pagesOf(listWorkers, { query: { connection } });
}

/** The audit log of the installation, newest first, page by page. */
export function auditQuery(filter: AuditFilter) {
  return pagesOf(listAuditEvents, { query: filter });
}

/** What the audit log says about a project, newest first, page by page. */
export function projectAuditQuery(projectId: string, filter: Omit<AuditFilter, 'project'>) {
  return pagesOf(listProjectAuditEvents, { params: { projectId }, query: filter });
}

const PASS_POLL_MS = 1_000;
const QUIET_POLL_MS = 30_000;

/** How stored files are encrypted, read again often while a pass over them goes on. */
export const encryptionQuery = queryOptions({
  ...queryOf(getEncryption, {}),
  refetchInterval: ({ state: { data } }) =>
    data !== undefined &&
    (data.pass?.state !== 'finished' || (data.keySource === 'file' && data.olderKeyIds.length > 0))
      ? PASS_POLL_MS
      : QUIET_POLL_MS,
});
