import type { MeasuredSource } from '@greenlight/shared/stages/selection/contract.ts';

/** Everything that was measured in a project, of its own runs and of imported models. */
export interface MeasuredSources {
  /** Newest first. */
  page(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: MeasuredSource[]; nextCursor: string | null }>;
  /** Those of a project with these ids, however old they are. */
  named(projectId: string, ids: readonly string[]): Promise<MeasuredSource[]>;
}
