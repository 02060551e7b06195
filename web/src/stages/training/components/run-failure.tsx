import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import {
  downloadArtifact,
  type Artifact,
  type FailurePlace,
  type Run,
  type RunError,
} from '@greenlight/shared/stages/training/contract.ts';
import { lastGoodCheckpoint } from '@greenlight/shared/stages/training/rules.ts';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../../../api/client.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { Facts } from '../../../ui/facts.tsx';
import { Localized } from '../../../ui/localized.tsx';

function GoodCheckpoint({ artifacts, step }: { readonly artifacts: readonly Artifact[]; readonly step: number }) {
  const { t } = useTranslation('training');
  const checkpoint = lastGoodCheckpoint(artifacts, step);
  if (checkpoint === null) return t('failure.noCheckpoint');
  return (
    <a href={addressOf(downloadArtifact, { artifactId: checkpoint.id })} download data-testid="good-checkpoint">
      {t('failure.checkpointStep', { step: checkpoint.step })}
    </a>
  );
}

function Place({ run, place }: { readonly run: Run; readonly place: FailurePlace }) {
  const { t } = useTranslation('training');
  const { step, microBatch, layer, tensor, batch } = place;
  const known = { step, microBatch, layer, tensor };
  const facts = (['step', 'microBatch', 'layer', 'tensor'] as const).flatMap((key) =>
    known[key] === undefined ? [] : [{ key, name: t(`failure.${key}`), value: <span data-raw>{known[key]}</span> }],
  );
  const size =
    batch && t('failure.batchSize', { rows: batch.rows, source: batch.sourceTokens, target: batch.targetTokens });
  const all = [
    ...facts,
    ...(size === undefined ? [] : [{ key: 'batch', name: t('failure.batch'), value: size }]),
    ...(step === undefined
      ? []
      : [
          {
            key: 'checkpoint',
            name: t('failure.checkpoint'),
            value: <GoodCheckpoint artifacts={run.artifacts} step={step} />,
          },
        ]),
  ];
  return (
    <section data-testid="failure-place">
      <h3>{t('failure.title')}</h3>
      <Facts facts={all} />
    </section>
  );
}

/** Why a run failed, what to try, where it first went wrong and what can still be used. */
export function RunFailure({ run, error }: { readonly run: Run; readonly error: RunError }) {
  const { t } = useTranslation('training');
  const language = useLanguage();
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={t('run.failed', { message: inLanguage(error.message, language) })}
      description={
        <>
          <Localized text={error.advice} />
          {error.place && <Place run={run} place={error.place} />}
        </>
      }
    />
  );
}
