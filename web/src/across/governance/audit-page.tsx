import { getRouteApi } from '@tanstack/react-router';
import { AuditLog } from './components/audit-log.tsx';
import { AuditVerification } from './components/audit-verification.tsx';

const route = getRouteApi('/shell/governance/audit');

/** The audit log of the installation. */
export function AuditPage() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <AuditLog filter={filter} onFilter={(search) => void navigate({ search, replace: true })}>
      <AuditVerification />
    </AuditLog>
  );
}
