import { valueOfCell, valuesOfItem } from '@greenlight/shared/stages/training/imported-model-rows.ts';
import type { DeclaredTensor, ModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { ModelFileQuestion } from './model-file-question.tsx';

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
  const rowOf = (cells: Cells) =>
    Object.fromEntries(inputs.map((input) => [input.name, valueOfCell(input, cells[input.name] ?? '')]));
  return (
    <ModelFileQuestion file={file} bodyOf={({ cells }: { cells: Cells }) => ({ rows: [rowOf(cells)] })}>
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
    </ModelFileQuestion>
  );
}
