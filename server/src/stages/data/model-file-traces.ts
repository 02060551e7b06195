import { modelDescription } from '@greenlight/shared/stages/training/imported-models.ts';
import type { Database } from '../../database/client.ts';
import type { ErasedDescription } from './descriptions-store.ts';
import { pages, ROWS_A_ROUND } from './pages.ts';
import { namesOf, type TokenizerReader } from './tokenizer-reader.ts';

/** Where in an imported model somebody is named, or where nobody can look. */
type TracePlace = 'metadata' | 'tensor-names' | 'tokenizer' | 'unreadable-tokenizer';

/** An imported model whose file names somebody; changing the file would make it another model. */
export interface ModelFileTrace {
  readonly id: string;
  readonly sha256: string;
  readonly where: readonly TracePlace[];
}

/** What imported models keep of somebody in files that stay as they came. */
export interface ModelFileTraces {
  /** The models of a project that name somebody; of `changed` texts the description of a model is one that its file still holds. */
  naming(
    projectId: string,
    isMeant: (text: string) => boolean,
    changed: readonly ErasedDescription[],
  ): Promise<ModelFileTrace[]>;
}

/** The fields of a model's description that are replaced where Greenlight shows them. */
const DESCRIBED_FIELDS: readonly string[] = ['metadata', 'producer'];

/** Looks through descriptions in the database and through tokenizers in storage. */
export function createModelFileTraces(database: Database, reader: Pick<TokenizerReader, 'read'>): ModelFileTraces {
  async function placeInTokenizer(sha256: string, isMeant: (text: string) => boolean): Promise<TracePlace | null> {
    let tokenizer: Awaited<ReturnType<TokenizerReader['read']>>['tokenizer'];
    try {
      ({ tokenizer } = await reader.read(sha256));
    } catch {
      // Taken in without being understood: whether it names somebody is not known, which the certificate must say.
      return 'unreadable-tokenizer';
    }
    for await (const name of namesOf(tokenizer)) if (isMeant(name)) return 'tokenizer';
    return null;
  }

  return {
    async naming(projectId, isMeant, changed) {
      const described = new Set(
        changed.flatMap(({ target, field }) => (DESCRIBED_FIELDS.includes(field) ? [target] : [])),
      );
      const found: ModelFileTrace[] = [];
      const select = {
        id: true,
        sha256: true,
        tokenizerSha256: true,
        inspection: { select: { result: true } },
      } as const;
      for await (const rows of pages((cursor: { id: string } | undefined) =>
        database.modelFile.findMany({
          ...{ where: { projectId }, select, orderBy: { id: 'asc' }, take: ROWS_A_ROUND },
          ...(cursor === undefined ? {} : { skip: 1, cursor: { id: cursor.id } }),
        }),
      )) {
        for (const { id, sha256, tokenizerSha256, inspection } of rows) {
          const description = modelDescription.safeParse(inspection.result).data;
          const tensors = description === undefined ? [] : [...description.inputs, ...description.outputs];
          const isNamed = tensors.some(({ name, shape, columns = [] }) =>
            [name, ...shape, ...columns].some((one) => isMeant(String(one))),
          );
          const inTokenizer = tokenizerSha256 === null ? null : await placeInTokenizer(tokenizerSha256, isMeant);
          const where: TracePlace[] = [
            ...(described.has(`model-file:${id}`) ? (['metadata'] as const) : []),
            ...(isNamed ? (['tensor-names'] as const) : []),
            ...(inTokenizer === null ? [] : [inTokenizer]),
          ];
          if (where.length > 0) found.push({ id, sha256, where });
        }
      }
      return found;
    },
  };
}
