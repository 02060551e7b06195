import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { queryOf } from '../../api/query.ts';
import { AuditLog } from './components/audit-log.tsx';
import { AuditVerification } from './components/audit-verification.tsx';

const route = getRouteApi('/shell/governance/audit');

/** The audit log of the installation. */
export function AuditPage() {
  const { data: session } = useQuery(queryOf(getSession, {}));
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <AuditLog
      mayRead={session?.account.isAdmin}
      filter={filter}
      onFilter={(search) => void navigate({ search, replace: true })}
    >
      <AuditVerification />
    </AuditLog>
  );
}
