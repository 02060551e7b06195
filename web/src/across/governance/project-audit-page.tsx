import { getRouteApi } from '@tanstack/react-router';
import { AuditLog } from './components/audit-log.tsx';

const route = getRouteApi('/shell/projects/$projectId/audit');

/** What the audit log says about one project. */
export function ProjectAuditPage() {
  const { projectId } = route.useParams();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <AuditLog projectId={projectId} filter={filter} onFilter={(search) => void navigate({ search, replace: true })} />
  );
}
