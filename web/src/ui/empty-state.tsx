import type { ReactNode } from 'react';

/** One line of why there is nothing, and the one thing to do next. */
export function EmptyState({ reason, action }: { readonly reason: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className="empty-state">
      <p>{reason}</p>
      {action && <div className="empty-state-actions">{action}</div>}
    </div>
  );
}
