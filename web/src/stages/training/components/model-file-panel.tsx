import {
  listModelFiles,
  putModelTokenizer,
  type DeclaredTensor,
  type ModelFile,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { upload } from '../../../api/client.ts';
import { familyOf } from '../../../api/query.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { FileDrop } from '../../../ui/file-drop.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { formatBytes } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { mappingValues } from '../mapping-values.ts';
import { ModelFileCall } from './model-file-call.tsx';
import { ModelFileEvaluations } from './model-file-evaluations.tsx';
import { ModelFileMapping } from './model-file-mapping.tsx';
import { ModelFileTryRow } from './model-file-try-row.tsx';
import { ModelFileTry } from './model-file-try.tsx';
import { NOTHING } from '../../../ui/nothing.ts';

function DeclaredRows({ role, tensors }: { readonly role: string; readonly tensors: readonly DeclaredTensor[] }) {
  return tensors.map(({ name, type, shape }) => (
    <tr key={name}>
      <td>{role}</td>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td>{type}</td>
      <td data-raw>{shape.map((size) => (size === '' ? '?' : size)).join(' × ')}</td>
    </tr>
  ));
}

/** The tokenizer of a model of texts: whether there is one, and a place to bring it. */
function Tokenizer({ file }: { readonly file: ModelFile }) {
  const { t } = useTranslation('modelFiles');
  const queryClient = useQueryClient();
  const keep = useMutation({
    mutationFn: (chosen: File) => upload(putModelTokenizer, { modelFileId: file.id }, chosen),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: familyOf(listModelFiles) }),
  });
  return (
    <>
      <FileDrop
        accept=".json"
        kinds={t('import.tokenizer')}
        disabled={keep.isPending}
        onFile={(chosen) => keep.mutate(chosen)}
      />
      <p className="secondary">
        {t(file.tokenizerSha256 === null ? 'import.tokenizerMissing' : 'import.tokenizerKept')}
      </p>
      {keep.error && <ErrorNotice error={keep.error} />}
    </>
  );
}

/** Everything about one imported model. */
export function ModelFilePanel({ file }: { readonly file: ModelFile }) {
  const { t } = useTranslation('modelFiles');
  const { description, error, mapping } = file;
  const isAsked = mapping !== null && (mapping.input !== 'text' || file.tokenizerSha256 !== null);
  return (
    <Panel
      title={<span data-raw>{file.name}</span>}
      extra={
        <span data-testid="model-state" data-state={file.state}>
          {t(`import.state.${file.state}`)}
        </span>
      }
    >
      {error !== null && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={<Localized text={error.message} />}
          description={<Localized text={error.advice} />}
        />
      )}
      <Facts
        facts={[
          { key: 'size', name: t('import.size'), value: formatBytes(file.sizeBytes) },
          {
            key: 'sha256',
            name: t('import.checksum'),
            value: <code title={file.sha256}>{file.sha256.slice(0, 12)}</code>,
          },
          ...(description === null
            ? []
            : [
                { key: 'versions', name: t('import.versions'), value: t('import.versionsValue', description) },
                {
                  key: 'producer',
                  name: t('import.producer'),
                  value: <span data-raw>{description.producer || NOTHING}</span>,
                },
              ]),
        ]}
      />
      {description !== null && file.state === 'ready' && (
        <>
          <h3>{t('import.declared')}</h3>
          <Scrolling label={t('import.declared')}>
            <table className="plain-table">
              <thead>
                <tr>
                  <th scope="col">{t('import.role')}</th>
                  <th scope="col">{t('import.name')}</th>
                  <th scope="col">{t('import.type')}</th>
                  <th scope="col">{t('import.shape')}</th>
                </tr>
              </thead>
              <tbody>
                <DeclaredRows role={t('import.input')} tensors={description.inputs} />
                <DeclaredRows role={t('import.output')} tensors={description.outputs} />
              </tbody>
            </table>
          </Scrolling>
          <h3>{t('import.mapping')}</h3>
          <ModelFileMapping file={file} description={description} />
          {mappingValues(description, mapping).input === 'text' && <Tokenizer file={file} />}
        </>
      )}
      {isAsked && description !== null && (
        <>
          {mapping.input === 'columns' ? (
            <ModelFileTryRow file={file} inputs={description.inputs} />
          ) : (
            mapping.input !== 'features' && <ModelFileTry file={file} />
          )}
          <ModelFileCall file={file} mapping={mapping} inputs={description.inputs} />
          {mapping.input === 'features' ? <p>{t('import.columnsNeeded')}</p> : <ModelFileEvaluations file={file} />}
        </>
      )}
    </Panel>
  );
}
