import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { DatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { findArchitecture } from '@greenlight/shared/stages/selection/architectures/catalogue.ts';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { listRuns, startRun } from '@greenlight/shared/stages/training/contract.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Alert, Button, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { keptValues } from '../../api/kept-values.ts';
import { familyOf, queryOf } from '../../api/query.ts';
import { useChoices } from '../../api/use-choices.ts';
import { useIdempotentBody } from '../../api/use-idempotent-body.ts';
import { useProjectRights } from '../../api/use-project-rights.ts';
import { withNamed } from '../../api/with-named.ts';
import { useLanguage } from '../../i18n/language.ts';
import { ChoiceSelect } from '../../ui/choice-select.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PlanPanel } from './components/plan-panel.tsx';
import { SettingItem, TextItem } from './components/setting-item.tsx';
import { datasetVersionQuery, datasetVersionsQuery } from './queries.ts';
import { refusedFields, refusedName } from './refused-fields.ts';
import { consequences, isUsed, SETTING_GROUPS } from './settings.ts';
import { keptBase } from './sweeps/kept-base.ts';

const route = getRouteApi('/shell/projects/$projectId/training/new');

/** The catalogue's name of the classifier that is trained here. */
const CLASSIFIER = 'encoder-classifier';

/** What is trained here reads texts. */
const READS_TEXTS = { fits: ({ images }: Pick<DatasetVersion, 'images'>) => images === null };

interface Values extends RunConfiguration {
  datasetVersionId: string;
  name?: string;
  notes?: string;
}

/** The form of a new run: the article's vocabulary and values, checked before anything is sent. */
export function NewRunPage() {
  const { t } = useTranslation(['training', 'common', 'sweeps']);
  const language = useLanguage();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const mayRun = useProjectRights(projectId)('training:run');
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Values>();
  const { data: session } = useQuery(queryOf(getSession, {}));
  const draft = keptValues<Values>(`new-run.${session?.account.id}.${projectId}.${JSON.stringify(search)}`);
  const [kept, setKept] = useState(draft.read);
  const keptId = kept?.datasetVersionId;
  const values = Form.useWatch((all) => all, form) as Values | undefined;
  // Pressing twice, or again after a lost reply, starts one run; other settings start another one.
  const bodyOf = useIdempotentBody(({ datasetVersionId, name, notes, ...configuration }: Values) => ({
    datasetVersionId,
    configuration,
    ...(name ? { name: { [language]: name } } : {}),
    ...(notes ? { notes: { [language]: notes } } : {}),
  }));
  const choices = useChoices(datasetVersionsQuery(projectId), READS_TEXTS);
  const named = useQuery({ ...datasetVersionQuery(search.version ?? ''), enabled: search.version !== undefined });
  const before = useQuery({ ...datasetVersionQuery(keptId ?? ''), enabled: keptId !== undefined });
  const start = useMutation({
    mutationFn: (wanted: Values) => call(startRun, { params: { projectId }, body: bodyOf(wanted) }),
    onSuccess: async (run) => {
      draft.forget();
      await queryClient.invalidateQueries({ queryKey: familyOf(listRuns) });
      await navigate({ to: '/projects/$projectId/training/runs/$runId', params: { projectId, runId: run.id } });
    },
    onError: (failure) => {
      const fields = refusedFields(failure).map(({ name, message }) => ({
        name: name as keyof Values,
        errors: [typeof message === 'string' ? message : inLanguage(message, language)],
      }));
      form.setFields(fields);
    },
  });

  function searchOver(): void {
    if (session === undefined) return;
    const { datasetVersionId, name: _name, notes: _notes, ...configuration } = form.getFieldsValue(true) as Values;
    keptBase(session.account.id, projectId).keep({ configuration, datasetVersionId, search });
    void navigate({ to: '/projects/$projectId/training/sweeps/new', params: { projectId } });
  }

  const { items, error, retry } = choices;
  if (!items || named.isLoading || before.isLoading)
    return error ? <PageError error={error} onRetry={() => void retry()} /> : <PageSkeleton />;
  const versions = withNamed(withNamed(items, named.data), before.data).filter(READS_TEXTS.fits);
  const chosen = versions.find((version) => version.id === values?.datasetVersionId);
  const begun = versions.find(({ id }) => id === search.version) ?? versions[0];
  // Texts with one label each are there to be classified, whatever the page before knew of it.
  const preset = findArchitecture(search.preset ?? (begun?.labelKind === 'single' ? CLASSIFIER : ''));
  const fresh = {
    ...{ name: undefined, notes: undefined },
    ...runConfiguration.parse(preset?.training ?? {}),
    ...(begun ? { datasetVersionId: begun.id } : {}),
    ...(search.tokenizer === undefined ? {} : { tokenizerId: search.tokenizer }),
  };
  const isKnown = versions.some(({ id }) => id === kept?.datasetVersionId);
  const initial = { ...fresh, ...kept, ...(isKnown ? {} : { datasetVersionId: begun?.id }) };
  if (versions.length === 0)
    return (
      <Page title={t('form.title')} documentTitle={t('form.title')}>
        <EmptyState
          reason={t('form.noDataset')}
          action={
            <LinkButton to="/projects/$projectId/data" params={{ projectId }}>
              {t('form.toData')}
            </LinkButton>
          }
        />
      </Page>
    );
  return (
    <Page
      title={t('form.title')}
      documentTitle={t('form.title')}
      verdict={
        preset?.training ? (
          <span data-testid="preset">{t('form.preset', { name: preset.name[language] })}</span>
        ) : (
          t('form.verdict')
        )
      }
    >
      {kept && (
        <Alert
          type="info"
          showIcon
          title={t('form.kept')}
          action={
            <Button
              size="small"
              onClick={() => {
                draft.forget();
                setKept(null);
                form.setFieldsValue(fresh);
              }}
            >
              {t('form.startOver')}
            </Button>
          }
        />
      )}
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={initial}
        scrollToFirstError={{ focus: true }}
        onValuesChange={(changed: Partial<Values>, all) => {
          form.setFieldsValue(consequences(changed, all));
          draft.keep(form.getFieldsValue(true) as Values);
        }}
        // Settings that are left out of the form keep the values that they have.
        onFinish={() => start.mutate(form.getFieldsValue(true) as Values)}
      >
        <Panel title={t('form.group.what')}>
          <div className="form-columns">
            <Form.Item
              name="datasetVersionId"
              label={t('form.dataset')}
              rules={[{ required: true, message: t('form.datasetNeeded') }]}
            >
              <ChoiceSelect
                choices={choices}
                options={versions.map((version) => ({
                  value: version.id,
                  label: `${inLanguage(version.datasetName, language)} v${version.version}`,
                }))}
              />
            </Form.Item>
            <TextItem name="name" label={t('form.name')} placeholder={t('form.namePlaceholder')} />
          </div>
          <TextItem name="notes" label={t('form.notes')} rows={2} />
        </Panel>
        {SETTING_GROUPS.map(({ group, fields }) => (
          <Panel key={group} title={t(`form.group.${group}`)}>
            <div className="form-columns">
              {fields
                .filter(({ name }) => isUsed(name, values ?? initial))
                .map((field) => (
                  <SettingItem key={field.name} field={field} />
                ))}
            </div>
          </Panel>
        ))}
        <PlanPanel
          projectId={projectId}
          values={values ?? initial}
          version={chosen}
          action={
            <span className="panel-actions">
              <Button data-testid="search-settings" disabled={!mayRun} onClick={searchOver}>
                {t('sweeps:form.open')}
              </Button>
              <Button
                type="primary"
                htmlType="submit"
                data-testid="start-run"
                loading={start.isPending}
                disabled={!mayRun}
              >
                {t('form.start')}
              </Button>
            </span>
          }
        >
          {start.error && <ErrorNotice error={start.error} nameOf={(field) => refusedName(field, t)} />}
          {!mayRun && <p className="secondary">{t('common:mayNot.training')}</p>}
        </PlanPanel>
      </Form>
    </Page>
  );
}
