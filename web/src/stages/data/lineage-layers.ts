import type { DatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';

/** The versions in columns: each stands right of everything that it was made from. */
export function lineageLayers({
  versions,
  preparations,
  erasures,
}: Pick<DatasetLineage, 'versions' | 'preparations' | 'erasures'>): DatasetLineage['versions'][] {
  const depths = new Map(versions.map(({ id }) => [id, 0]));
  // Content that exists is found again, so edges can form a ring; one pass a version ends in any case.
  for (let pass = 0; pass < versions.length; pass++) {
    let isSettled = true;
    for (const { from, to } of [...preparations, ...erasures]) {
      const depth = (depths.get(from) ?? 0) + 1;
      if (from !== to && depth > (depths.get(to) ?? 0) && depth < versions.length) {
        depths.set(to, depth);
        isSettled = false;
      }
    }
    if (isSettled) break;
  }
  const layers: DatasetLineage['versions'][] = [];
  for (const version of versions) (layers[depths.get(version.id) ?? 0] ??= []).push(version);
  return layers.filter((layer) => layer !== undefined);
}
