import {
  predictWithModelFile,
  type ModelFile,
  type PredictionInput,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { useMutation } from '@tanstack/react-query';
import { Button, Form } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { ModelFileAnswer } from './model-file-answer.tsx';

interface Properties<Entered> {
  readonly file: ModelFile;
  /** What the model is asked with, of what was entered. */
  readonly bodyOf: (entered: Entered) => PredictionInput;
  /** The fields. */
  readonly children: ReactNode;
}

/** Asks an imported model, and shows its answer or why there is none. */
export function ModelFileQuestion<Entered>({ file, bodyOf, children }: Properties<Entered>) {
  const { t } = useTranslation('modelFiles');
  const ask = useMutation({
    mutationFn: (entered: Entered) =>
      call(predictWithModelFile, { params: { modelFileId: file.id }, body: bodyOf(entered) }),
  });
  return (
    <>
      <h3>{t('import.try')}</h3>
      <Form layout="vertical" requiredMark={false} onFinish={(entered: Entered) => ask.mutate(entered)}>
        {children}
        <Button htmlType="submit" loading={ask.isPending} data-testid="model-ask">
          {t('import.ask')}
        </Button>
      </Form>
      {ask.error && (
        <ErrorNotice error={ask.error} nameOf={(field) => (field === 'model' ? t('import.model') : undefined)} />
      )}
      <div aria-live="polite" className="model-outcome" data-testid="model-answer">
        {ask.data && <ModelFileAnswer answer={ask.data} />}
      </div>
    </>
  );
}
