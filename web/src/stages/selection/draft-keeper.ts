import { getSelection, saveSelection, type Selection } from '@greenlight/shared/stages/selection/contract.ts';
import { inputOf, matrixDifferences, mergedMatrix } from '@greenlight/shared/stages/selection/differences.ts';
import { matrixContent, type MatrixContent } from '@greenlight/shared/stages/selection/matrix.ts';
import { contentIssues } from '@greenlight/shared/stages/selection/rules.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { call } from '../../api/client.ts';
import { DraftKeeper, type DraftSnapshot, type DraftTerms, type KeptEdits } from '../../api/draft-keeper.ts';
import { selectionQuery } from './queries.ts';

/** Keeps the draft of a decision matrix. */
export type SelectionKeeper = DraftKeeper<MatrixContent, Selection>;

/** The part of a matrix that people write. */
export function contentOf({ candidates, criteria, cells }: Selection): MatrixContent {
  return { candidateIds: candidates.map(({ id }) => id), criteria, cells: cells.map(inputOf) };
}

const keyOf = (selectionId: string) => `greenlight.selection-draft.${selectionId}`;

function termsOf({ id }: Selection): DraftTerms<MatrixContent, Selection> {
  const params = { selectionId: id };
  return {
    storageKey: keyOf(id),
    contentOf,
    canBeSaved: (content) => matrixContent.safeParse(content).success && contentIssues(content).length === 0,
    save: (revision, content) => call(saveSelection, { params, body: { revision, content } }),
    load: () => call(getSelection, { params }),
    isSame: (held, sent) => matrixDifferences(held, sent).length === 0,
    merge: mergedMatrix,
  };
}

/** Edits of an earlier visit that never reached the server, as far as they still can be read and differ. */
export function keptEdits(selection: Selection): KeptEdits<MatrixContent> | null {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(selection.id)) ?? 'null') as KeptEdits<MatrixContent> | null;
    if (kept === null) return null;
    const content = matrixContent.parse(kept.content);
    return matrixDifferences(contentOf(selection), content).length === 0 ? null : { ...kept, content };
  } catch {
    return null;
  }
}

/** Forgets the edits of an earlier visit. */
export function forgetEdits(selectionId: string): void {
  localStorage.removeItem(keyOf(selectionId));
}

/** Keeps a draft while a component shows it; it is sent at once when the network comes back or the page is left. */
export function useDraft(
  selection: Selection,
  restored: KeptEdits<MatrixContent> | null,
): [SelectionKeeper, DraftSnapshot<MatrixContent>] {
  const queryClient = useQueryClient();
  const [keeper] = useState(
    () =>
      new DraftKeeper(termsOf(selection), selection, restored, {
        onSaved: (saved) => queryClient.setQueryData(selectionQuery(saved.projectId).queryKey, saved),
      }),
  );
  const snapshot = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  useEffect(() => {
    const send = () => void keeper.flush();
    window.addEventListener('online', send);
    return () => {
      window.removeEventListener('online', send);
      void keeper.flush().finally(() => keeper.close());
    };
  }, [keeper]);
  return [keeper, snapshot];
}
