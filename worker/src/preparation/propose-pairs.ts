import { BANDS } from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import {
  candidatesOfBand,
  type BandCandidates,
} from '@greenlight/shared/stages/data/preparation/near-duplicate-candidates.ts';
import { readBands } from './chunk-files.ts';
import type { ProposeTask } from './thread-protocol.ts';

/** The pairs that a band of a stage proposes. */
export async function proposePairs({
  folder,
  starts,
  band,
  members: bandMembers,
  sketches,
  similarity,
}: ProposeTask): Promise<BandCandidates> {
  const { members } = bandMembers;
  const bands = [band, (band + 1) % BANDS, (band + 2) % BANDS];
  const values = bands.map(() => new Uint32Array(members.length));
  let place = 0;
  for (let chunk = 0; chunk + 1 < starts.length; chunk++) {
    const [start, end] = [starts[chunk]!, starts[chunk + 1]!];
    let after = place;
    while (after < members.length && members[after]! < end) after++;
    if (after === place) continue;
    const ofChunk = await readBands(folder, chunk, end - start, bands);
    for (const [index, all] of ofChunk.entries()) {
      const list = values[index]!;
      for (let at = place; at < after; at++) list[at] = all[members[at]! - start]!;
    }
    place = after;
  }
  return candidatesOfBand(bandMembers, [values[0]!, values[1]!, values[2]!], sketches, similarity);
}
