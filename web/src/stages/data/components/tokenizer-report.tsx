import { downloadTokenizer } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { useQuery } from '@tanstack/react-query';
import { Alert, InputNumber, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../../../api/client.ts';
import { useChoices } from '../../../api/use-choices.ts';
import { ChoiceSelect } from '../../../ui/choice-select.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Field } from '../../../ui/field.tsx';
import { GuardedDownload } from '../../../ui/guarded-download.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { formatBytes, formatExactCount } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { tokenizerQuery, tokenizersQuery } from '../queries.ts';
import { tokenizerVerdict } from '../tokenizer-verdict.ts';
import { useTokenizerName } from '../use-tokenizer-name.ts';
import { RunLinks } from './run-links.tsx';
import { TokenizerComparison } from './tokenizer-comparison.tsx';
import { TokenizerMeasures } from './tokenizer-measures.tsx';
import { TokenizerTry } from './tokenizer-try.tsx';

interface Properties {
  readonly projectId: string;
  readonly tokenizerId: string;
  /** The version on whose texts it is judged. */
  readonly versionId: string;
  readonly before: string | undefined;
  readonly contextLength: number;
  readonly onBefore: (tokenizerId: string | undefined) => void;
  readonly onContext: (length: number) => void;
}

const SHORTEST_CONTEXT = 8;
const LONGEST_CONTEXT = 1024;

/** A tokenizer: what it is good for, on what numbers, what it makes of a text, and how another differs. */
export function TokenizerReport(properties: Properties) {
  const { projectId, tokenizerId, versionId, before, contextLength, onBefore, onContext } = properties;
  const { t } = useTranslation('tokenizers');
  const nameOf = useTokenizerName();
  const { data: tokenizer, error, refetch } = useQuery(tokenizerQuery(tokenizerId, versionId));
  const others = useChoices(tokenizersQuery(projectId), {
    // One that was learned from another version was not measured on the texts of this one.
    fits: (one) => one.id !== tokenizerId && (one.upload !== null || one.datasetVersionId === versionId),
    isEnough: (items) => (before === undefined ? items.length > 0 : items.some(({ id }) => id === before)),
  });
  if (!tokenizer) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Skeleton active />;
  const { splits, size, settings, sha256, sizeBytes, personalTokens, runs, frequentTokens, upload } = tokenizer;
  const datasetVersionId = tokenizer.datasetVersionId ?? versionId;
  const isUnmeasured = upload !== null && tokenizer.measuredOn === null;
  const isDeleted = tokenizer.deletedAt !== null;
  const { isGood, sentence } = tokenizerVerdict(splits, contextLength, t);
  const facts = [
    { key: 'size', name: t('report.size'), value: formatExactCount(size) },
    ...(upload === null
      ? [{ key: 'asked', name: t('form.vocabularySize'), value: formatExactCount(settings.vocabularySize) }]
      : []),
    { key: 'bytes', name: t('report.bytes'), value: formatBytes(sizeBytes) },
    { key: 'sha', name: t('report.checksum'), value: <code title={sha256}>{sha256.slice(0, 12)}</code> },
    {
      key: 'runs',
      name: t('report.runs'),
      value: runs.length === 0 ? t('report.noRuns') : <RunLinks projectId={projectId} runs={runs} />,
    },
  ];
  const isComparable = before !== undefined || (others.items ?? []).length > 0 || others.error !== null;
  return (
    <>
      <Panel
        title={nameOf(tokenizer)}
        extra={
          !isDeleted && (
            <span className="panel-links">
              <GuardedDownload address={addressOf(downloadTokenizer, { tokenizerId })}>
                {t('report.download')}
              </GuardedDownload>
              <LinkButton
                color="default"
                variant="outlined"
                to="/projects/$projectId/training/new"
                params={{ projectId }}
                search={{ version: datasetVersionId, tokenizer: tokenizerId }}
                data-testid="train-with-tokenizer"
              >
                {t('report.use')}
              </LinkButton>
            </span>
          )
        }
      >
        {isDeleted && <Alert type="info" showIcon title={t('report.deleted')} />}
        <p data-testid="tokenizer-verdict" data-good={isGood}>
          <strong>
            {isUnmeasured ? t(tokenizer.isBeingMeasured ? 'upload.measuring' : 'upload.unmeasured') : sentence}
          </strong>
        </p>
        {upload?.hasMovedIds === true && <p className="secondary">{t('upload.moved')}</p>}
        {upload === null && splits.length === 1 && <Alert type="warning" showIcon title={t('report.noHeldOut')} />}
        {personalTokens > 0 && (
          <Alert
            type="warning"
            showIcon
            title={t('report.personal', { count: personalTokens })}
            description={t(upload === null ? 'report.personalAdvice' : 'upload.personalAdvice')}
          />
        )}
        {!isUnmeasured && (
          <>
            <Field label={t('report.context')} notes={t('report.contextHint')}>
              {(control) => (
                <InputNumber
                  {...control}
                  min={SHORTEST_CONTEXT}
                  max={LONGEST_CONTEXT}
                  precision={0}
                  value={contextLength}
                  onChange={(length) => length !== null && onContext(length)}
                />
              )}
            </Field>
            <TokenizerMeasures splits={splits} size={size} contextLength={contextLength} />
          </>
        )}
        <Facts facts={facts} />
        {frequentTokens.length > 0 && (
          <details>
            <summary>{t('report.frequent')}</summary>
            <p className="secondary">{t('report.frequentHint')}</p>
            <Scrolling label={t('report.frequent')}>
              <table className="plain-table" data-testid="frequent-tokens">
                <thead>
                  <tr>
                    <th scope="col">{t('report.token')}</th>
                    <th scope="col" className="number">
                      {t('report.id')}
                    </th>
                    <th scope="col" className="number">
                      {t('report.count')}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {frequentTokens.map(({ id, token, count }) => (
                    <tr key={id}>
                      <th scope="row">
                        <code data-raw className="token">
                          {token}
                        </code>
                      </th>
                      <td className="number">{id}</td>
                      <td className="number">{formatExactCount(count)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scrolling>
          </details>
        )}
      </Panel>
      {!isDeleted && <TokenizerTry tokenizerId={tokenizerId} />}
      {!isDeleted && isComparable && (
        <Panel title={t('compare.title')}>
          <Field label={t('compare.before')}>
            {(control) => (
              <ChoiceSelect
                {...control}
                choices={others}
                className="full-width"
                allowClear
                value={before ?? null}
                placeholder={t('compare.choose')}
                options={(others.items ?? []).map((one) => ({ value: one.id, label: nameOf(one) }))}
                onChange={(id: string | null | undefined) => onBefore(id ?? undefined)}
              />
            )}
          </Field>
          {before !== undefined && before !== tokenizerId && (
            <TokenizerComparison
              before={before}
              after={tokenizer}
              versionId={versionId}
              contextLength={contextLength}
            />
          )}
        </Panel>
      )}
    </>
  );
}
