import { createTextDatasetVersion, listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Form, Input, Radio, Segmented } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { familyOf, queryOf } from '../../../api/query.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { splitItems, splitTexts, textsOf } from '../split-texts.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { judgedColumns, TooFewHeldOut } from './criteria-hints.tsx';
import { FileFields, type FileItems } from './file-fields.tsx';

interface Values {
  name: string;
  origin: 'typed' | 'file';
  texts: string;
  holdOut: boolean;
  source: string;
  licence: string;
}

/** What is to be added. */
interface Wish {
  readonly values: Values;
  readonly items: FileItems;
}

interface Properties {
  readonly projectId: string;
  readonly onClose: () => void;
  readonly onAdded: (versionId: string) => void;
}

const SEED = 1;
const NO_CRITERIA: readonly CriterionVerdict[] = [];

/** Takes texts, typed one per line or out of a file, and adds them as a data version. */
export function NewVersionForm({ projectId, onClose, onAdded }: Properties) {
  const { t } = useTranslation(['data', 'common']);
  const language = useLanguage();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Values>();
  const { data: project } = useQuery(queryOf(getProject, { params: { projectId } }));
  const criteria = project?.criteria ?? NO_CRITERIA;
  const judged = useMemo(() => judgedColumns(criteria), [criteria]);
  const origin = Form.useWatch('origin', form) ?? 'file';
  const [fileItems, setFileItems] = useState<FileItems>('file');
  /** Whether the file itself says of every text where it belongs: then nothing is left to hold back. */
  const isPlaced =
    origin === 'file' && typeof fileItems !== 'string' && fileItems.every(({ split }) => split !== undefined);
  const holdsOut = Form.useWatch('holdOut', form) ?? true;
  /** How many labelled items there will be to measure on; none where nothing is held back or there are no labels. */
  const heldOut =
    origin === 'file' && typeof fileItems !== 'string' && project?.problemType === 'text-classification'
      ? splitItems(fileItems, holdsOut, SEED).test.length
      : 0;
  const lacking = origin === 'file' && typeof fileItems === 'string' ? fileItems : null;
  const [wasAsked, setAsked] = useState(false);
  /** What was asked for, until the file is read. */
  const [waiting, setWaiting] = useState<Values | null>(null);
  const suggestedName = useRef('');
  function suggestName(name: string): void {
    const written = form.getFieldValue('name') as string | undefined;
    if (written === undefined || written === '' || written === suggestedName.current) form.setFieldValue('name', name);
    suggestedName.current = name;
  }
  const count = textsOf(Form.useWatch('texts', form) ?? '').length;
  const add = useMutation({
    mutationFn: ({ values: { name, texts, holdOut, source, licence }, items }: Wish) =>
      call(createTextDatasetVersion, {
        params: { projectId },
        body: {
          datasetName: { [language]: name },
          source: { [language]: source },
          licence,
          notes: { [language]: '' },
          seed: SEED,
          content:
            origin === 'file'
              ? splitItems(typeof items === 'string' ? [] : items, holdOut, SEED)
              : splitTexts(textsOf(texts), holdOut, SEED),
        },
      }),
    onMutate: () => setWaiting(null),
    onSuccess: async (version) => {
      for (const route of [listDatasetVersions, getProject])
        await queryClient.invalidateQueries({ queryKey: familyOf(route) });
      onAdded(version.id);
    },
  });
  const { mutate } = add;
  useEffect(() => {
    if (waiting !== null && typeof fileItems !== 'string') mutate({ values: waiting, items: fileItems });
  }, [waiting, fileItems, mutate]);
  const textRule = {
    validator: (_: unknown, input = '') => {
      const texts = textsOf(input);
      if (texts.length === 0) return Promise.reject(new Error(t('form.textsNeeded')));
      return texts.some((text) => text.length > 10_000)
        ? Promise.reject(new Error(t('form.tooLong')))
        : Promise.resolve();
    },
  };
  return (
    <Dialog
      width={640}
      title={t('add')}
      okText={t('form.submit')}
      cancelText={t('common:action.cancel')}
      confirmLoading={add.isPending || (waiting !== null && fileItems === 'reading')}
      onOk={() => {
        setAsked(true);
        form.submit();
      }}
      onCancel={() => {
        setWaiting(null);
        onClose();
      }}
    >
      {add.error && <ErrorNotice error={add.error} />}
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ origin: 'file', holdOut: true }}
        onFinish={(values) => {
          if (origin === 'typed') add.mutate({ values, items: fileItems });
          else if (fileItems === 'reading' || typeof fileItems !== 'string') setWaiting(values);
        }}
      >
        <Form.Item
          name="name"
          label={t('form.name')}
          rules={[{ required: true, whitespace: true, message: t('form.nameNeeded') }]}
        >
          <Input maxLength={120} autoFocus />
        </Form.Item>
        <Form.Item name="origin">
          <Segmented
            onChange={() => setWaiting(null)}
            options={[
              { value: 'file', label: t('file.fromFile') },
              { value: 'typed', label: t('file.typed') },
            ]}
          />
        </Form.Item>
        {origin === 'file' ? (
          <>
            <FileFields
              isClassified={project?.problemType === 'text-classification'}
              judged={judged}
              onItems={(items) => {
                setFileItems(items);
                if (items === 'file' || items === 'label') setWaiting(null);
              }}
              onName={suggestName}
            />
            {wasAsked && lacking !== null && lacking !== 'reading' && (
              <p className="issue-error" role="alert">
                {t(lacking === 'label' ? 'file.labelNeeded' : 'file.needed')}
              </p>
            )}
          </>
        ) : (
          <Form.Item name="texts" label={t('form.texts')} rules={[textRule]} extra={t('form.count', { count })}>
            <Input.TextArea rows={8} />
          </Form.Item>
        )}
        <Form.Item name="holdOut" label={t('form.held')} hidden={isPlaced}>
          <Radio.Group
            options={[
              { value: true, label: t('form.holdOut') },
              { value: false, label: t('form.same') },
            ]}
          />
        </Form.Item>
        {heldOut > 0 && <TooFewHeldOut criteria={criteria} heldOut={heldOut} />}
        <Form.Item
          name="source"
          label={t('form.source')}
          rules={[{ required: true, whitespace: true, message: t('form.sourceNeeded') }]}
        >
          <Input maxLength={500} />
        </Form.Item>
        <Form.Item
          name="licence"
          label={t('form.licence')}
          extra={t('form.licenceHint')}
          rules={[{ required: true, whitespace: true, message: t('form.licenceNeeded') }]}
        >
          <Input maxLength={200} />
        </Form.Item>
      </Form>
    </Dialog>
  );
}
