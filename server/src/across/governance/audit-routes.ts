import {
  exportAuditEvents,
  exportProjectAuditEvents,
  listAuditEvents,
  listProjectAuditEvents,
  verifyAuditEvents,
} from '@greenlight/shared/across/governance/audit-contract.ts';
import { sendStreamedDownload } from '../../plugins/download.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { AuditService } from './audit-service.ts';

/** Registers the audit log, of the installation and of a project. */
export function registerAudit(register: RegisterRoute, audit: AuditService): void {
  register(listAuditEvents, ({ query: { cursor, limit, ...filter } }) => audit.list(cursor, limit, filter));
  register(verifyAuditEvents, ({ query }) => audit.verify(query.from));
  register(exportAuditEvents, async (call) => {
    const { format, ...filter } = call.query;
    return sendStreamedDownload(call.reply, await audit.export(userOf(call), filter, format));
  });
  register(listProjectAuditEvents, ({ params, query: { cursor, limit, ...filter } }) =>
    audit.list(cursor, limit, { ...filter, project: params.projectId }),
  );
  register(exportProjectAuditEvents, async (call) => {
    const { format, ...filter } = call.query;
    const project = call.params.projectId;
    return sendStreamedDownload(call.reply, await audit.export(userOf(call), { ...filter, project }, format));
  });
}
