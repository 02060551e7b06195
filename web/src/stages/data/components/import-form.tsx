import { getProject } from '@greenlight/shared/projects/contract.ts';
import type { SourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { DEFAULT_SPLIT_SEED } from '@greenlight/shared/stages/data/preparation/splits.ts';
import {
  getSourceLabels,
  importSource,
  sampleSource,
  unreadableSource,
  type DataSource,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../api/api-error.ts';
import { call } from '../../../api/client.ts';
import { queryOf } from '../../../api/query.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { preparationsQuery } from '../queries.ts';
import { withEncoding } from '../source-mapping.ts';
import { JudgedMissing, judgedColumns, lostColumns } from './criteria-hints.tsx';
import { EncodingChoice } from './encoding-choice.tsx';
import { ItemsSample } from './items-sample.tsx';
import { PersonalLabelsWarning } from './personal-labels-warning.tsx';
import { EncodingField, SourceMappingFields } from './source-mapping-fields.tsx';
import { Gap } from '../../../ui/gap.tsx';

interface Values {
  readonly name: string;
  readonly division: 'drawn' | 'given';
  readonly rowErrors: 'refuse' | 'skip';
  readonly source: string;
  readonly licence: string;
}

interface Properties {
  readonly source: DataSource;
  readonly onStarted: () => void;
}

/** Says how an uploaded file is read, shows its first rows, and has a worker make a data version of it. */
export function ImportForm({ source, onStarted }: Properties) {
  const { t } = useTranslation(['data', 'common']);
  const language = useLanguage();
  const queryClient = useQueryClient();
  const { id: sourceId, projectId, name: fileName } = source;
  const { data: project } = useQuery(queryOf(getProject, { params: { projectId } }));
  const isArchive = source.format === 'zip';
  const [chosen, setChosen] = useState<SourceMapping | null>(null);
  /** How the file is read while its columns are still as they are suggested. */
  const [encoding, setEncoding] = useState<SourceMapping['encoding']>('auto');
  const sample = useQuery({
    queryKey: [sampleSource.id, sourceId, chosen, encoding],
    queryFn: ({ signal }) => call(sampleSource, { params: { sourceId }, body: { mapping: chosen, encoding } }, signal),
    placeholderData: keepPreviousData,
    retry: false,
    // The index of an archive lies at its end: the worker reads it.
    enabled: !isArchive,
  });
  const folders = useQuery({ ...queryOf(getSourceLabels, { params: { sourceId } }), enabled: isArchive });
  const refused = sample.error instanceof ApiError ? unreadableSource.safeParse(sample.error.details).data : undefined;
  const mapping = chosen ?? sample.data?.mapping ?? null;
  const readAs = (next: SourceMapping['encoding']) => {
    setEncoding(next);
    setChosen(mapping === null ? null : withEncoding(mapping, next));
  };
  const start = useMutation({
    mutationFn: ({ name, division, rowErrors, source: origin, licence }: Values) =>
      call(importSource, {
        params: { sourceId },
        body: {
          datasetName: { [language]: name },
          source: { [language]: origin },
          licence,
          notes: { [language]: '' },
          ...(mapping && { mapping }),
          rowErrors,
          ...(division === 'given' && { splits: null }),
        },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: preparationsQuery(projectId).queryKey });
      onStarted();
    },
  });
  const required = (message: string) => [{ required: true, whitespace: true, message }];
  const items = sample.data?.items.map(({ row: _row, split: _split, ...item }) => item) ?? [];
  const lost = lostColumns(judgedColumns(project?.criteria ?? []), sample.data?.columns, mapping);
  return (
    <Panel title={<span data-raw>{fileName}</span>}>
      {isArchive && <p>{t('images.folders')}</p>}
      {folders.data && <PersonalLabelsWarning {...folders.data} />}
      {!isArchive && sample.isPending && <Skeleton active />}
      {sample.error && <ErrorNotice error={sample.error} />}
      {refused && (
        <p>
          {t('upload.at', { row: refused.problem.row, byte: refused.problem.byte })}
          <Gap />
          <Localized text={refused.problem} />
        </p>
      )}
      <EncodingChoice
        encodings={refused?.encodings ?? sample.data?.encodings ?? []}
        current={refused ? null : (sample.data?.encoding ?? null)}
        onChoose={readAs}
      />
      {!isArchive && !sample.isPending && <EncodingField encoding={mapping?.encoding ?? encoding} onChange={readAs} />}
      {mapping && (
        <SourceMappingFields
          columns={sample.data?.columns ?? []}
          mapping={mapping}
          isClassified={project?.problemType === 'text-classification'}
          onChange={setChosen}
        />
      )}
      {sample.error === null && items.length > 0 && <ItemsSample items={items} />}
      {sample.error === null && <JudgedMissing columns={lost} />}
      {sample.error === null && sample.data && <PersonalLabelsWarning {...sample.data.personalLabels} />}
      {sample.error === null && (sample.data?.errors.length ?? 0) > 0 && (
        <div role="alert">
          <p className="secondary">{t('common:recordsCounted')}</p>
          <ul>
            {sample.data?.errors.map(({ row, byte, zh, en }) => (
              <li key={`${row} ${byte}`}>
                {t('upload.at', { row, byte })}
                <Gap />
                <Localized text={{ zh, en }} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <Form<Values>
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: fileName.replace(/\.[^.]+$/, ''), division: 'drawn', rowErrors: 'refuse' }}
        scrollToFirstError={{ focus: true }}
        onFinish={(values) => start.mutate(values)}
      >
        <Form.Item name="name" label={t('form.name')} rules={required(t('form.nameNeeded'))}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item
          name="division"
          label={t(isArchive ? 'images.held' : 'form.held')}
          {...(!isArchive && { extra: t('upload.drawnHint') })}
        >
          <Radio.Group
            options={[
              { value: 'drawn', label: t('upload.drawn', { seed: DEFAULT_SPLIT_SEED }) },
              { value: 'given', label: t(isArchive ? 'images.given' : 'upload.given') },
            ]}
          />
        </Form.Item>
        <Form.Item name="rowErrors" label={t(isArchive ? 'images.entryErrors' : 'upload.rowErrors')}>
          <Radio.Group
            options={[
              { value: 'refuse', label: t('upload.refuse') },
              { value: 'skip', label: t('upload.skip') },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="source"
          label={t(isArchive ? 'images.source' : 'form.source')}
          rules={required(t('form.sourceNeeded'))}
        >
          <Input maxLength={500} />
        </Form.Item>
        <Form.Item name="licence" label={t('form.licence')} rules={required(t('form.licenceNeeded'))}>
          <Input maxLength={200} />
        </Form.Item>
        {start.error && <ErrorNotice error={start.error} />}
        <Button
          type="primary"
          htmlType="submit"
          loading={start.isPending}
          disabled={!isArchive && (!mapping || sample.isError)}
        >
          {t('form.submit')}
        </Button>
      </Form>
    </Panel>
  );
}
