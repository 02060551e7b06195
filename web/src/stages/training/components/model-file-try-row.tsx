import { valueOfCell, valuesOfItem } from '@greenlight/shared/stages/training/imported-model-rows.ts';
import {
  predictWithModelFile,
  type DeclaredTensor,
  type ModelFile,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { ModelFileAnswer } from './model-file-answer.tsx';

/** What was entered, by the name of the input. */
type Cells = Partial<Record<string, string>>;

/** A field for each input of an imported model, to ask it about one row. */
export function ModelFileTryRow({
  file,
  inputs,
}: {
  readonly file: ModelFile;
  readonly inputs: readonly DeclaredTensor[];
}) {
  const { t } = useTranslation('modelFiles');
  const ask = useMutation({
    mutationFn: ({ cells }: { cells: Cells }) => {
      const row = Object.fromEntries(inputs.map((input) => [input.name, valueOfCell(input, cells[input.name] ?? '')]));
      return call(predictWithModelFile, { params: { modelFileId: file.id }, body: { rows: [row] } });
    },
  });
  return (
    <>
      <h3>{t('import.try')}</h3>
      <Form layout="vertical" requiredMark={false} onFinish={(values: { cells: Cells }) => ask.mutate(values)}>
        <div className="form-columns">
          {inputs.map((input) => {
            const count = valuesOfItem(input) ?? 1;
            return (
              <Form.Item
                key={input.name}
                name={['cells', input.name]}
                label={<span data-raw>{input.name}</span>}
                extra={count === 1 ? input.type : t('import.valuesHint', { count, type: input.type })}
              >
                <Input maxLength={100_000} />
              </Form.Item>
            );
          })}
        </div>
        <Button htmlType="submit" loading={ask.isPending} data-testid="model-ask">
          {t('import.ask')}
        </Button>
      </Form>
      {ask.error && <ErrorNotice error={ask.error} />}
      <div aria-live="polite" data-testid="model-answer">
        {ask.data && <ModelFileAnswer answer={ask.data} />}
      </div>
    </>
  );
}
