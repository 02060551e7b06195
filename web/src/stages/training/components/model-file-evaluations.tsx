import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { DatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import {
  evaluateModelFile,
  evaluateOnnxJob,
  type ModelFile,
  type ModelFileEvaluation,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { useChoices } from '../../../api/use-choices.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ChoiceSelect } from '../../../ui/choice-select.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { MetricValues } from '../../../ui/metric-values.tsx';
import { datasetVersionsQuery, modelFileEvaluationsQuery } from '../queries.ts';

/** Imported models are measured on texts. */
const OF_TEXTS = { fits: ({ images }: Pick<DatasetVersion, 'images'>) => images === null };

/** One evaluation: how far it is, or its metrics with their intervals. */
function Evaluation({ projectId, job }: { readonly projectId: string; readonly job: ModelFileEvaluation }) {
  const { t } = useTranslation('modelFiles');
  const language = useLanguage();
  const parsed = evaluateOnnxJob.result.safeParse(job.result);
  const result = job.state === 'finished' && parsed.success ? parsed.data : undefined;
  const percent = Math.round(100 * (job.progress?.share ?? 0));
  const message = job.error === null ? '' : inLanguage(job.error.message, language);
  return (
    <div className="model-outcome" data-testid="model-evaluation" data-state={job.state}>
      <p aria-live="polite">
        {t(`import.evaluationState.${job.state}`, { percent, message, items: result?.items ?? 0 })}
        {job.evaluationId !== null && (
          <>
            {' · '}
            <Link
              to="/projects/$projectId/evaluation/evaluations/$evaluationId"
              params={{ projectId, evaluationId: job.evaluationId }}
              data-testid="open-model-evaluation"
            >
              {t('import.openEvaluation')}
            </Link>
          </>
        )}
      </p>
      {result !== undefined && <MetricValues label={t('import.evaluations')} metrics={result.metrics} />}
    </div>
  );
}

/** Measures an imported model on a data version and shows what came out. */
export function ModelFileEvaluations({ file }: { readonly file: ModelFile }) {
  const { t } = useTranslation('modelFiles');
  const language = useLanguage();
  const queryClient = useQueryClient();
  const versions = useChoices(datasetVersionsQuery(file.projectId), OF_TEXTS);
  const { data: evaluations } = useQuery(modelFileEvaluationsQuery(file.id));
  const [chosen, setChosen] = useState<string>();
  const options = (versions.items ?? []).map(({ id, datasetName, version }) => ({
    value: id,
    label: `${inLanguage(datasetName, language)} v${version}`,
  }));
  const datasetVersionId = chosen ?? options[0]?.value;
  const start = useMutation({
    mutationFn: (id: string) =>
      call(evaluateModelFile, { params: { modelFileId: file.id }, body: { datasetVersionId: id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: modelFileEvaluationsQuery(file.id).queryKey }),
  });
  return (
    <>
      <h3>{t('import.evaluations')}</h3>
      <div>
        <ChoiceSelect
          choices={versions}
          aria-label={t('import.dataset')}
          className="state-filter"
          options={options}
          value={datasetVersionId ?? null}
          onChange={(value) => setChosen(value ?? undefined)}
        />{' '}
        <Button
          disabled={datasetVersionId === undefined}
          loading={start.isPending}
          data-testid="model-evaluate"
          onClick={() => datasetVersionId !== undefined && start.mutate(datasetVersionId)}
        >
          {t('import.evaluate')}
        </Button>
      </div>
      {start.error && <ErrorNotice error={start.error} />}
      {evaluations?.items.map((job) => (
        <Evaluation key={job.id} projectId={file.projectId} job={job} />
      ))}
    </>
  );
}
