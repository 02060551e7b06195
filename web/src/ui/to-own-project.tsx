import { Navigate } from '@tanstack/react-router';

/** Leads from the address of another project to the same page of the one that has what it shows: there it would be held against that one's criteria. */
export function ToOwnProject({ projectId }: { readonly projectId: string }) {
  return <Navigate to="." params={(known) => ({ ...known, projectId })} search replace />;
}
