import { listAuditEvents, listTokens, listWorkers } from '@greenlight/shared/across/governance/contract.ts';
import { pagesOf, queryOf } from '../../api/query.ts';

/** The tokens of the person who is signed in, page by page. */
export const tokensQuery = pagesOf(listTokens, {});

/** The training machines of the installation. */
export const workersQuery = queryOf(listWorkers, { query: { limit: 100 } });

/** The audit log, newest first, page by page. */
export const auditQuery = pagesOf(listAuditEvents, {});
