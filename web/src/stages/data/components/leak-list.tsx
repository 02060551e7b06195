import { listDatasetItems, type ShownItem } from '@greenlight/shared/stages/data/items-contract.ts';
import { leakedItems, type LeakageReport } from '@greenlight/shared/stages/data/preparation/leakage.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProjectRights } from '../../../api/use-project-rights.ts';
import { queryOf } from '../../../api/query.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { useThumbnails, type Thumbnails } from '../thumbnails/use-thumbnails.ts';
import { ItemImage } from './item-image.tsx';

/** Pairs that are shown of each two splits: of texts that are alike, and of texts within others. */
const SHOWN_PAIRS = 5;
const SHOWN_CONTAINED = 3;

type Leak = LeakageReport['leaks'][number];

interface Properties {
  readonly projectId: string;
  readonly leaks: readonly Leak[];
  /** The version whose items the lines are; null where they are rows of a file. */
  readonly versionId: string | null;
}

/** The leaks of a report that has any. */
export function leaksIn(report: LeakageReport | null): Leak[] {
  return report?.leaks.filter((leak) => leakedItems(leak) > 0) ?? [];
}

function Examples({ projectId, leaks, versionId }: Properties) {
  const { t } = useTranslation('preparation');
  const showsImages = useProjectRights(projectId)('data:read-personal');
  const thumbnails = useThumbnails();
  const pairs = leaks.flatMap(({ held, from, examples }) =>
    [
      ...examples.filter(({ contained }) => contained === undefined).slice(0, SHOWN_PAIRS),
      ...examples.filter(({ contained }) => contained !== undefined).slice(0, SHOWN_CONTAINED),
    ].map((pair) => ({ held, from, ...pair })),
  );
  const numbers = [...new Set(pairs.flatMap(({ heldLine, fromLine }) => [heldLine, fromLine]))].join(',');
  const { data, error, refetch } = useQuery({
    ...queryOf(listDatasetItems, {
      params: { datasetVersionId: versionId ?? '' },
      query: { numbers, limit: '50' },
    }),
    enabled: versionId !== null,
  });
  const itemOf = (number: number) => data?.items.find((item) => item.number === number);
  return (
    <>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      <Scrolling label={t('result.leakExamples')}>
        <table className="plain-table preview" data-testid="leak-examples">
          <caption className="visually-hidden">{t('result.leakExamples')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('result.leakHeld')}</th>
              <th scope="col">{t('result.leakFrom')}</th>
              <th scope="col">{t('result.leakSimilarity')}</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ held, from, heldLine, fromLine, similarity, isTurned, contained }) => (
              <tr key={`${heldLine} ${fromLine}`}>
                {[
                  { split: held, line: heldLine },
                  { split: from, line: fromLine },
                ].map(({ split, line }) => (
                  <td key={split}>
                    <LeakImage line={line} item={itemOf(line)} {...{ versionId, showsImages, thumbnails }} />
                    <div className="secondary">{t('result.leakPlace', { split: t(`result.${split}`), line })}</div>
                    {itemOf(line) !== undefined && <span data-raw>{itemOf(line)?.text}</span>}
                  </td>
                ))}
                <td>
                  {similarity === 1 && contained === undefined
                    ? t(itemOf(heldLine)?.image ? 'result.leakSameImage' : 'result.leakSame')
                    : `${Math.floor(similarity * 100)} %`}
                  {contained && <div className="secondary">{t(`result.leakWithin.${contained}`)}</div>}
                  {isTurned && <div className="secondary">{t('result.leakTurned')}</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </>
  );
}

interface LeakImageProperties {
  readonly versionId: string | null;
  readonly line: number;
  readonly item: ShownItem | undefined;
  readonly showsImages: boolean;
  readonly thumbnails: Thumbnails;
}

function LeakImage({ versionId, line, item, showsImages, thumbnails }: LeakImageProperties) {
  if (versionId === null || item?.image === undefined) return null;
  return (
    <div className="leak-image">
      <ItemImage versionId={versionId} number={line} image={item.image} isShown={showsImages} thumbnails={thumbnails} />
    </div>
  );
}

/** How many items leak from which split into which, with pairs of them, masked, on demand. */
export function LeakList({ projectId, leaks, versionId }: Properties) {
  const { t } = useTranslation('preparation');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ul>
        {leaks.map(({ held, from, exact, near, contained, heldItems }) => (
          <li key={held + from}>
            {t('result.leak', { held: t(`result.${held}`), from: t(`result.${from}`), exact, near, heldItems })}
            {contained !== null && contained > 0 && t('result.leakContained', { count: contained })}
          </li>
        ))}
      </ul>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary data-testid="show-leaks">{t('result.leakExamples')}</summary>
        {isOpen && <Examples projectId={projectId} leaks={leaks} versionId={versionId} />}
      </details>
    </>
  );
}
