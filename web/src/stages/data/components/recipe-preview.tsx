import type { MarkedPiece } from '@greenlight/shared/stages/data/preparation/marked-difference.ts';
import type { Recipe, RecipeStep } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import type { SampleEstimate } from '@greenlight/shared/stages/data/preparation/sample-estimate.ts';
import type { RecipePreview as Preview } from '@greenlight/shared/stages/data/recipe-preview-contract.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { useSettled } from '../../../ui/use-settled.ts';
import { recipePreviewQuery } from '../queries.ts';
import { PersonalLabelsWarning } from './personal-labels-warning.tsx';
import { Gap } from '../../../ui/gap.tsx';

/** Steps may change this long, in milliseconds, before they are looked at. */
const QUIET_MS = 400;

interface Properties {
  readonly versionId: string;
  readonly recipe: Recipe;
}

/** What the steps would do to a version, on a sample of it: counts, estimates for the whole, and texts before and after. */
export function RecipePreview({ versionId, recipe }: Properties) {
  const { t } = useTranslation('preparation');
  const written = JSON.stringify(recipe);
  const settled = useSettled(written, QUIET_MS);
  const settledRecipe = useMemo(() => JSON.parse(settled) as Recipe, [settled]);
  const { data, error, isFetching, refetch } = useQuery({
    ...recipePreviewQuery(versionId, settledRecipe),
    placeholderData: keepPreviousData,
  });
  return (
    <Panel title={t('preview.title')}>
      <div aria-busy={isFetching || settled !== written} data-testid="recipe-preview">
        {error ? (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        ) : data === undefined ? (
          <Skeleton active />
        ) : (
          <PreviewContent preview={data} />
        )}
      </div>
    </Panel>
  );
}

function PreviewContent({ preview }: { readonly preview: Preview }) {
  const { t } = useTranslation('preparation');
  const { total, sampled, steps, left, personalLabels } = preview;
  const counts = { sampled: formatExactCount(sampled), total: formatExactCount(total), left: formatExactCount(left) };
  const isWhole = sampled >= total;
  return (
    <>
      <p>{t(isWhole ? 'preview.whole' : 'preview.sample', counts)}</p>
      <PersonalLabelsWarning {...personalLabels} />
      {steps.length > 0 && (
        <Scrolling label={t('preview.title')}>
          <table className="plain-table" data-testid="preview-counts">
            <thead>
              <tr>
                <th scope="col">{t('result.step')}</th>
                <th scope="col" className="number">
                  {t(isWhole ? 'result.changed' : 'preview.changed')}
                </th>
                <th scope="col" className="number">
                  {t(isWhole ? 'result.dropped' : 'preview.dropped')}
                </th>
              </tr>
            </thead>
            <tbody>
              {steps.map(({ step, type, changed, dropped, estimate }) => (
                <tr key={step}>
                  <th scope="row">
                    {step + 1}. {t(`steps.${type as RecipeStep['type']}`)}
                  </th>
                  <td className="number">
                    <Estimated seen={changed} estimate={estimate?.changed ?? null} isWhole={isWhole} />
                  </td>
                  <td className="number">
                    <Estimated seen={dropped} estimate={estimate?.dropped ?? null} isWhole={isWhole} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
      {steps.some(({ estimate }) => estimate === null) && <p className="secondary">{t('preview.repetitions')}</p>}
      {steps
        .filter(({ examples }) => examples.length > 0)
        .map(({ step, type, examples }) => (
          <section key={step} className="recipe-examples">
            <h3>
              {step + 1}. {t(`steps.${type as RecipeStep['type']}`)}
            </h3>
            <ul>
              {examples.map(({ before, after, labels, changesColumns }, place) => (
                <li key={place}>
                  <p>
                    <span className="secondary">{t('preview.before')}</span>
                    <Gap />
                    <Pieces pieces={before} kind="before" />
                  </p>
                  {after === null ? (
                    <p className="secondary">{t('preview.gone')}</p>
                  ) : (
                    <p>
                      <span className="secondary">{t('preview.after')}</span>
                      <Gap />
                      <Pieces pieces={after} kind="after" />
                    </p>
                  )}
                  {labels && (
                    <p className="secondary">
                      {labels.before.join(', ')} → {labels.after.join(', ')}
                    </p>
                  )}
                  {changesColumns && <p className="secondary">{t('preview.columns')}</p>}
                </li>
              ))}
            </ul>
          </section>
        ))}
    </>
  );
}

interface EstimatedProperties {
  readonly seen: number;
  readonly estimate: SampleEstimate | null;
  readonly isWhole: boolean;
}

/** What was counted, or what it lets one expect of the whole with its interval. */
function Estimated({ seen, estimate, isWhole }: EstimatedProperties) {
  const { t } = useTranslation('preparation');
  if (isWhole) return formatExactCount(seen);
  if (estimate === null) return t('preview.inSample', { count: seen });
  const { value, low, high } = estimate;
  return (
    <>
      <span className="preview-value">{t('preview.estimate', { value: formatExactCount(value) })}</span>{' '}
      <span className="secondary">
        {t('preview.range', { low: formatExactCount(low), high: formatExactCount(high) })}
      </span>
    </>
  );
}

/** What cannot be seen, in a form that can: spaces as dots where there is nothing else. */
function visible(text: string): string {
  if (/^ +$/.test(text)) return '·'.repeat(text.length);
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\u00a0\u3000]/gu,
    (sign) => `⟨${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}

function Pieces({ pieces, kind }: { readonly pieces: readonly MarkedPiece[]; readonly kind: 'before' | 'after' }) {
  const Mark = kind === 'before' ? 'del' : 'ins';
  return (
    <span className="marked-text" data-raw>
      {pieces.map(({ text, isChanged }, place) =>
        isChanged ? <Mark key={place}>{visible(text)}</Mark> : <span key={place}>{text}</span>,
      )}
    </span>
  );
}
