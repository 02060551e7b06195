import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { valuesOfItem } from '@greenlight/shared/stages/training/imported-model-rows.ts';
import {
  predictWithModelFile,
  type DeclaredTensor,
  type ModelFile,
  type ModelMapping,
  type PredictionInput,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { useTranslation } from 'react-i18next';

/** Longer lists are shown by their beginning. */
const MOST_SHOWN = 4;

function exampleOf({ type, ...input }: DeclaredTensor): string | number | (string | number)[] {
  const one = type === 'string' ? 'a' : 0;
  const count = valuesOfItem(input) ?? 1;
  return count === 1 ? one : Array.from({ length: Math.min(count, MOST_SHOWN) }, () => one);
}

/** A body that the model takes, as an example. */
function exampleBody(mapping: ModelMapping, inputs: readonly DeclaredTensor[]): PredictionInput {
  if (mapping.input === 'columns') {
    return { rows: [Object.fromEntries(inputs.map((input) => [input.name, exampleOf(input)]))] };
  }
  return mapping.input === 'features' ? { features: [[0.5, 1, 2]] } : { texts: ['a'] };
}

/** How a program asks an imported model. */
export function ModelFileCall({
  file,
  mapping,
  inputs,
}: {
  readonly file: ModelFile;
  readonly mapping: ModelMapping;
  readonly inputs: readonly DeclaredTensor[];
}) {
  const { t } = useTranslation('modelFiles');
  const path = pathOf(predictWithModelFile.path, { modelFileId: file.id });
  return (
    <details>
      <summary>{t('import.call')}</summary>
      <p className="secondary">{t('import.callHint')}</p>
      <pre className="sample-text" data-raw data-testid="model-call">
        {`POST ${path}\n${JSON.stringify(exampleBody(mapping, inputs))}`}
      </pre>
    </details>
  );
}
