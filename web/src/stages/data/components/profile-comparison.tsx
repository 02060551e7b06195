import { IMAGE_MEDIA_TYPES, type ItemImage } from '@greenlight/shared/stages/data/content.ts';
import { PERSONAL_DATA_KINDS } from '@greenlight/shared/stages/data/preparation/personal-data/kinds.ts';
import type { DataProfile } from '@greenlight/shared/stages/data/preparation/profile.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { formatExactCount } from '../../../ui/numbers.ts';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { LengthBars } from './length-bars.tsx';
import { NOTHING } from '../../../ui/nothing.ts';

/** Labels that are shown with their counts. */
const SHOWN_LABELS = 20;

interface Properties {
  readonly before: DataProfile;
  readonly after: DataProfile;
}

interface ComparisonProperties {
  readonly title: string;
  readonly measure: string;
  readonly rows: readonly (readonly [name: string, before: number | null, after: number | null])[];
}

function ComparisonTable({ title, measure, rows }: ComparisonProperties) {
  const { t } = useTranslation('preparation');
  const shown = (value: number | null) => (value === null ? NOTHING : formatExactCount(value));
  return (
    <>
      <h3>{title}</h3>
      <Scrolling label={title}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{measure}</th>
              <th scope="col" className="number">
                {t('result.before')}
              </th>
              <th scope="col" className="number">
                {t('result.after')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, before, after]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="number">{shown(before)}</td>
                <td className="number">{shown(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </>
  );
}

const formatOf = (mediaType: string) => mediaType.replace('image/', '').toUpperCase();

function countOfForm(images: DataProfile['images'], mediaType: ItemImage['mediaType']): number {
  return images?.mediaTypes.find((one) => one.mediaType === mediaType)?.count ?? 0;
}

/** A profile before and after the preparation: counts, personal data, labels, lengths, and why points were lost. */
export function ProfileComparison({ before, after }: Properties) {
  const { t } = useTranslation('preparation');
  const language = useLanguage();
  const hasImages = after.images !== null;
  const row = (name: string, value: (profile: DataProfile) => number | null) =>
    [name, value(before), value(after)] as const;
  const labels = [...new Set([...before.labels.counts, ...after.labels.counts].map(({ label }) => label))];
  // The profile counts the most frequent labels only.
  const different = Math.max(labels.length, before.labels.different, after.labels.different);
  const countOf = (profile: DataProfile, label: string) =>
    profile.labels.counts.find((one) => one.label === label)?.count ?? 0;
  return (
    <>
      <ComparisonTable
        title={t('result.profile')}
        measure={t('result.measure')}
        rows={[
          row(t('result.quality'), ({ quality }) => Math.round(quality.score)),
          row(t('result.items'), ({ items }) => items),
          ...(hasImages
            ? [
                row(t('result.unreadable'), ({ unreadable }) => unreadable),
                row(t('result.imageBytes'), ({ images }) => images?.sizeBytes ?? null),
                row(t('result.imageWidth'), ({ images }) => images?.width.median ?? null),
                row(t('result.imageHeight'), ({ images }) => images?.height.median ?? null),
                row(t('result.imageSizes'), ({ images }) => images?.differentSizes ?? null),
                ...IMAGE_MEDIA_TYPES.map((mediaType) =>
                  row(formatOf(mediaType), ({ images }) => countOfForm(images, mediaType)),
                ).filter(([, count]) => count !== null && count > 0),
              ]
            : [
                row(t('result.characters'), ({ characters }) => characters.median),
                row(t('result.longest'), ({ characters }) => characters.maximum),
                row(t('result.vocabulary'), ({ vocabulary }) => vocabulary.count),
              ]),
          row(t('result.exact'), ({ duplicates }) => duplicates.exact),
          row(t('result.near'), ({ duplicates }) => duplicates.near),
          ...(hasImages ? [] : [row(t('result.contained'), ({ duplicates }) => duplicates.contained)]),
          row(t('result.partly'), ({ duplicates }) => duplicates.partlyCompared),
          row(
            t(hasImages ? 'result.imageConflicts' : 'result.conflicts'),
            ({ duplicates }) => duplicates.labelConflicts,
          ),
          row(t('result.personalItems'), ({ personalData }) => personalData.items),
          ...(['zh', 'en', 'other'] as const)
            .filter(() => !hasImages)
            .map((name) => row(t(`result.${name}`), ({ languages }) => languages[name])),
        ]}
      />
      <h3>{t('result.reasons')}</h3>
      {after.quality.reasons.length === 0 ? (
        <p>{t('result.noReasons')}</p>
      ) : (
        <ul>
          {after.quality.reasons.map((reason) => (
            <li key={reason.code}>
              {t('result.reason', { reason: reason[language], points: reason.points.toFixed(1) })}
            </li>
          ))}
        </ul>
      )}
      <ComparisonTable
        title={t('result.personal')}
        measure={t('result.measure')}
        rows={PERSONAL_DATA_KINDS.map((kind) =>
          row(t(`kinds.${kind}`), ({ personalData }) => personalData.findings[kind]),
        )}
      />
      {labels.length > 0 && (
        <ComparisonTable
          title={t('result.labels')}
          measure={t('result.label')}
          rows={labels.slice(0, SHOWN_LABELS).map((label) => row(label, (profile) => countOf(profile, label)))}
        />
      )}
      {different > SHOWN_LABELS && (
        <p className="secondary">{t('result.moreLabels', { count: different - SHOWN_LABELS })}</p>
      )}
      {!hasImages && <LengthBars bars={after.lengthBars} />}
    </>
  );
}
