import type { Decision } from '@greenlight/shared/across/decisions/contract.ts';
import { leafDifferences, leavesOf, type ContentLeaf } from '@greenlight/shared/across/decisions/frozen-content.ts';
import { contentDifference, requirementContent } from '@greenlight/shared/stages/requirements/contract.ts';
import { contentDifferences } from '@greenlight/shared/stages/requirements/differences.ts';
import { frozenMeasurement } from '@greenlight/shared/stages/evaluation/frozen-measurement.ts';
import { frozenMatrix } from '@greenlight/shared/stages/selection/contract.ts';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useLanguage } from '../../../i18n/language.ts';
import { Differences } from '../../../ui/differences.tsx';
import { FrozenMatrixTable } from '../../../ui/frozen-matrix.tsx';
import { RequirementReading } from '../../../ui/requirement-content.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { FrozenMeasurementTable } from './frozen-measurement.tsx';

type Item = Decision['evidence'][number];

const differences = z.array(contentDifference).min(1);

function LeafTable({ content }: { readonly content: unknown }) {
  const { t } = useTranslation('decisions');
  const language = useLanguage();
  return (
    <Scrolling label={t('stood')}>
      <table className="plain-table differences">
        <thead>
          <tr>
            <th scope="col">{t('field')}</th>
            <th scope="col">{t('content')}</th>
          </tr>
        </thead>
        <tbody>
          {leavesOf(content, language).map(({ path, value }) => (
            <tr key={path}>
              <th scope="row">
                <code>{path}</code>
              </th>
              <td data-raw>{String(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

/** What a source said when somebody decided, as it stood. */
export function FrozenContent({ item, projectId }: { readonly item: Item; readonly projectId: string }) {
  const { content, source } = item;
  if (content === null) return null;
  const requirement = source?.type === 'requirement' ? requirementContent.safeParse(content) : undefined;
  if (requirement?.success === true) return <RequirementReading content={requirement.data} />;
  const matrix = source?.type === 'selection' ? frozenMatrix.safeParse(content) : undefined;
  if (matrix?.success === true) return <FrozenMatrixTable projectId={projectId} matrix={matrix.data} />;
  const measured = source?.type === 'evaluation' ? frozenMeasurement.safeParse(content) : undefined;
  if (measured?.success === true) return <FrozenMeasurementTable measurement={measured.data} />;
  const changes = differences.safeParse(content);
  return changes.success ? <Differences differences={changes.data} /> : <LeafTable content={content} />;
}

function LeafChanges({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const { t } = useTranslation('decisions');
  const language = useLanguage();
  const shown = (value: ContentLeaf['value'] | undefined) => (value === undefined ? t('absent') : String(value));
  return (
    <Scrolling label={t('now.title')}>
      <table className="plain-table differences">
        <thead>
          <tr>
            <th scope="col">{t('field')}</th>
            <th scope="col">{t('now.then')}</th>
            <th scope="col">{t('now.today')}</th>
          </tr>
        </thead>
        <tbody>
          {leafDifferences(before, after, language).map((difference) => (
            <tr key={difference.path}>
              <th scope="row">
                <code>{difference.path}</code>
              </th>
              <td>
                <del data-raw>{shown(difference.before)}</del>
              </td>
              <td>
                <ins data-raw>{shown(difference.after)}</ins>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

const versionOf = (content: unknown): number | undefined =>
  z.object({ version: z.number() }).safeParse(content).data?.version;

/** Whether the source still says what was frozen, and where it differs now. */
export function DiffersNow({ item }: { readonly item: Item }) {
  const { t } = useTranslation('decisions');
  const { now, content } = item;
  if (now === null) return null;
  if (now.state === 'same') return <p className="mark-pass">{t('now.same')}</p>;
  if (now.state === 'gone') return <Alert type="warning" showIcon title={t('now.gone')} />;
  const [before, after] = [requirementContent.safeParse(content), requirementContent.safeParse(now.content)];
  const [then, today] = [versionOf(content), versionOf(now.content)];
  const isNewVersion = then !== undefined && today !== undefined && then !== today;
  return (
    <div data-testid="differs-now">
      <Alert type="info" showIcon title={isNewVersion ? t('now.newVersion', { version: today }) : t('now.changed')} />
      {before.success && after.success ? (
        <Differences differences={contentDifferences(before.data, after.data)} />
      ) : (
        <LeafChanges before={content} after={now.content} />
      )}
    </div>
  );
}

/** The version of the requirement or the matrix that evidence froze, where it is one. */
export function frozenVersion({ source, content }: Item): number | undefined {
  return source?.type === 'requirement' || source?.type === 'selection' ? versionOf(content) : undefined;
}
