import { Link } from '@tanstack/react-router';

interface Properties {
  readonly projectId: string;
  readonly runs: readonly { readonly id: string; readonly number: number }[];
}

/** Runs that used something, by their numbers. */
export function RunLinks({ projectId, runs }: Properties) {
  return runs.map(({ id, number }) => (
    <Link
      key={id}
      to="/projects/$projectId/training/runs/$runId"
      params={{ projectId, runId: id }}
      className="lineage-run"
    >
      #{number}
    </Link>
  ));
}
