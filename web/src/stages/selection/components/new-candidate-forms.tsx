import { addCandidate, type newCandidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { call } from '../../../api/client.ts';
import { useChoices } from '../../../api/use-choices.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ChoiceSelect } from '../../../ui/choice-select.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { modelFilesQuery, refreshSelection } from '../queries.ts';

interface Properties {
  readonly projectId: string;
  readonly onAdded: (candidateId: string) => Promise<void>;
}

interface Values {
  name?: string;
  url: string;
  model: string;
  secret?: string;
  modelFileId: string;
}

/** Adds an uploaded model or an endpoint as a candidate. */
export function NewCandidateForms({ projectId, onAdded }: Properties) {
  const { t } = useTranslation('selection');
  const language = useLanguage();
  const queryClient = useQueryClient();
  const files = useChoices(modelFilesQuery(projectId));
  const [fileForm] = Form.useForm<Values>();
  const [endpointForm] = Form.useForm<Values>();
  const add = useMutation({
    mutationKey: [addCandidate.id],
    mutationFn: async (body: z.input<typeof newCandidate>) => {
      const { id } = await call(addCandidate, { params: { projectId }, body });
      await onAdded(id);
    },
    onSuccess: () => {
      fileForm.resetFields();
      endpointForm.resetFields();
    },
    onSettled: () => refreshSelection(queryClient),
  });
  const named = (name: string | undefined) => (name?.trim() ? { name: { [language]: name.trim() } } : {});
  const needed = [{ required: true, whitespace: true, message: t('forms.needed') }];
  return (
    <>
      {add.error && <ErrorNotice error={add.error} />}
      <div className="columns">
        <Panel title={t('forms.file')}>
          <Form
            form={fileForm}
            layout="vertical"
            requiredMark={false}
            onFinish={({ name, modelFileId }: Values) =>
              add.mutate({ kind: 'model-file', modelFileId, ...named(name) })
            }
          >
            <Form.Item name="modelFileId" label={t('forms.modelFile')} rules={needed}>
              <ChoiceSelect
                choices={files}
                {...(files.items?.length === 0 ? { notFoundContent: t('forms.noFiles') } : {})}
                options={files.items?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
              />
            </Form.Item>
            <p>
              <Link to="/projects/$projectId/training/model-files" params={{ projectId }}>
                {t('forms.upload')}
              </Link>
            </p>
            <Form.Item name="name" label={t('forms.name')}>
              <Input maxLength={120} placeholder={t('forms.nameOfFile')} />
            </Form.Item>
            <Button htmlType="submit" loading={add.isPending}>
              {t('forms.addFile')}
            </Button>
          </Form>
        </Panel>
        <Panel title={t('forms.endpoint')}>
          <Form
            form={endpointForm}
            layout="vertical"
            requiredMark={false}
            onFinish={({ name, url, model, secret }: Values) =>
              add.mutate({ kind: 'endpoint', url, model, secret: secret ? secret : null, ...named(name) })
            }
          >
            <Form.Item
              name="url"
              label={t('forms.url')}
              rules={[...needed, { type: 'url', message: t('forms.wrongUrl') }]}
            >
              <Input type="url" maxLength={500} />
            </Form.Item>
            <Form.Item name="model" label={t('forms.model')} rules={needed}>
              <Input maxLength={200} />
            </Form.Item>
            <Form.Item name="secret" label={t('forms.secret')}>
              <Input.Password autoComplete="off" maxLength={500} />
            </Form.Item>
            <Form.Item name="name" label={t('forms.name')}>
              <Input maxLength={120} placeholder={t('forms.nameOfModel')} />
            </Form.Item>
            <Button htmlType="submit" loading={add.isPending}>
              {t('forms.addEndpoint')}
            </Button>
            <p className="secondary">{t('forms.endpointNote')}</p>
          </Form>
        </Panel>
      </div>
    </>
  );
}
