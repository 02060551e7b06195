import { valuesOfItem } from '@greenlight/shared/stages/training/imported-model-rows.ts';
import {
  INPUT_FILLS,
  listModelFiles,
  mapModelFile,
  type DeclaredTensor,
  type ModelDescription,
  type ModelFile,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { familyOf } from '../../../api/query.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { mappingOf, mappingValues, otherInputs, type MappingValues } from '../mapping-values.ts';

const optionsOf = (names: readonly string[]) => names.map((value) => ({ value, label: value }));

/** Which columns of the data fill each input. */
function ColumnInputs({ inputs }: { readonly inputs: readonly DeclaredTensor[] }) {
  const { t } = useTranslation('modelFiles');
  return inputs.map((input) => {
    const { name } = input;
    const count = valuesOfItem(input) ?? 1;
    return (
      <Form.Item
        key={name}
        name={['columns', name]}
        label={t('import.columnsOf', { name })}
        extra={count === 1 ? t('import.columnHint') : t('import.columnsHint', { count })}
        rules={[{ type: 'array', min: 1, message: t('import.columnNeeded') }]}
      >
        <Select mode="tags" open={false} tokenSeparators={[',', '，']} />
      </Form.Item>
    );
  });
}

/** Says which declared input takes what and what the output means. */
export function ModelFileMapping({
  file,
  description,
}: {
  readonly file: ModelFile;
  readonly description: ModelDescription;
}) {
  const { t } = useTranslation('modelFiles');
  const queryClient = useQueryClient();
  const [form] = Form.useForm<MappingValues>();
  const initial = mappingValues(description, file.mapping);
  const kind = Form.useWatch('input', form) ?? initial.input;
  const task = Form.useWatch('task', form) ?? initial.task;
  const inputIds = Form.useWatch('inputIds', form) ?? initial.inputIds;
  const attentionMask = Form.useWatch('attentionMask', form) ?? initial.attentionMask;
  const inputs = optionsOf(description.inputs.map(({ name }) => name));
  const outputs = optionsOf(description.outputs.map(({ name }) => name));
  const save = useMutation({
    mutationFn: (values: MappingValues) =>
      call(mapModelFile, {
        params: { modelFileId: file.id },
        body: mappingOf(
          {
            ...{ ...initial, ...values },
            fills: { ...initial.fills, ...values.fills },
            columns: { ...initial.columns, ...values.columns },
          },
          description,
        ),
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: familyOf(listModelFiles) }),
  });
  return (
    <Form<MappingValues>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={initial}
      onFinish={(values) => save.mutate(values)}
    >
      <div className="form-columns">
        <Form.Item name="input" label={t('import.kind')}>
          <Select
            options={[
              { value: 'text', label: t('import.kindText') },
              { value: 'raw-text', label: t('import.kindRawText') },
              { value: 'features', label: t('import.kindFeatures') },
              { value: 'columns', label: t('import.kindColumns') },
            ]}
          />
        </Form.Item>
        {kind === 'text' && (
          <>
            <Form.Item name="inputIds" label={t('import.inputIds')}>
              <Select options={inputs} />
            </Form.Item>
            <Form.Item name="attentionMask" label={t('import.attentionMask')}>
              <Select options={[{ value: '', label: t('import.noMask') }, ...inputs]} />
            </Form.Item>
            {otherInputs(description, { inputIds, attentionMask }).map((name) => (
              <Form.Item key={name} name={['fills', name]} label={t('import.otherInput', { name })}>
                <Select options={INPUT_FILLS.map((fill) => ({ value: fill, label: t(`import.fill.${fill}`) }))} />
              </Form.Item>
            ))}
          </>
        )}
        {kind === 'features' && (
          <Form.Item name="features" label={t('import.features')}>
            <Select options={inputs} />
          </Form.Item>
        )}
        {kind === 'raw-text' && (
          <Form.Item name="texts" label={t('import.texts')}>
            <Select options={inputs} />
          </Form.Item>
        )}
        {kind === 'columns' && <ColumnInputs inputs={description.inputs} />}
        <Form.Item name="output" label={t('import.answer')}>
          <Select options={outputs} />
        </Form.Item>
        <Form.Item name="task" label={t('import.task')}>
          <Select
            data-testid="mapping-task"
            options={[
              { value: 'single-label', label: t('import.singleLabel') },
              { value: 'multi-label', label: t('import.multiLabel') },
              { value: 'regression', label: t('import.regression') },
            ]}
          />
        </Form.Item>
        {task !== 'regression' && (
          <Form.Item name="outputKind" label={t('import.answerKind')}>
            <Select
              options={[
                { value: 'logits', label: t('import.logits') },
                { value: 'probabilities', label: t('import.probabilities') },
                ...(task === 'single-label' ? [{ value: 'classes', label: t('import.classes') }] : []),
              ]}
            />
          </Form.Item>
        )}
      </div>
      {task !== 'regression' && (
        <Form.Item
          name="labels"
          label={t('import.labels')}
          extra={task === 'single-label' ? t('import.labelsHint') : undefined}
          rules={[
            task === 'multi-label'
              ? { type: 'array', min: 1, message: t('import.labelNeeded') }
              : { type: 'array', min: 2, message: t('import.labelsNeeded') },
          ]}
        >
          <Select mode="tags" open={false} tokenSeparators={[',', '，']} />
        </Form.Item>
      )}
      {kind === 'text' && (
        <div className="form-columns">
          <Form.Item name="before" label={t('import.before')} extra={t('import.idsHint')}>
            <Input />
          </Form.Item>
          <Form.Item name="after" label={t('import.after')}>
            <Input />
          </Form.Item>
          <Form.Item name="paddingId" label={t('import.paddingId')}>
            <InputNumber min={0} precision={0} />
          </Form.Item>
          <Form.Item name="maxTokens" label={t('import.maxTokens')}>
            <InputNumber min={4} max={8192} precision={0} />
          </Form.Item>
        </div>
      )}
      <Button htmlType="submit" loading={save.isPending} data-testid="mapping-save">
        {t('import.save')}
      </Button>
      <span aria-live="polite"> {save.isSuccess && t('import.saved')}</span>
      {save.error && <ErrorNotice error={save.error} />}
    </Form>
  );
}
