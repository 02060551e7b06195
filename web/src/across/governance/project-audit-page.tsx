import { getRouteApi } from '@tanstack/react-router';
import { useKnownRights } from '../../api/use-project-rights.ts';
import { AuditLog } from './components/audit-log.tsx';

const route = getRouteApi('/shell/projects/$projectId/audit');

/** What the audit log says about one project. */
export function ProjectAuditPage() {
  const { projectId } = route.useParams();
  const mayDo = useKnownRights(projectId);
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <AuditLog
      projectId={projectId}
      mayRead={mayDo('audit:read')}
      filter={filter}
      onFilter={(search) => void navigate({ search, replace: true })}
    />
  );
}
