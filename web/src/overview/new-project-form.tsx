import { createProject, listProjects } from '@greenlight/shared/projects/contract.ts';
import { PROBLEM_TYPES } from '@greenlight/shared/stages/requirements/contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { familyOf } from '../api/query.ts';
import { useIdempotentBody } from '../api/use-idempotent-body.ts';
import { useLanguage } from '../i18n/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';

interface Values {
  name: string;
  goal: string;
  problemType: (typeof PROBLEM_TYPES)[number];
}

/** Asks for name, goal and kind of problem, and opens the new project. */
export function NewProjectForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['overview', 'common']);
  const language = useLanguage();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Values>();
  const bodyOf = useIdempotentBody(({ name, goal, problemType }: Values) => ({
    name,
    goal: { [language]: goal },
    problemType,
  }));
  const create = useMutation({
    mutationFn: (values: Values) => call(createProject, { body: bodyOf(values) }),
    onSuccess: async (project) => {
      await queryClient.invalidateQueries({ queryKey: familyOf(listProjects) });
      await navigate({ to: '/projects/$projectId', params: { projectId: project.id } });
    },
  });
  return (
    <Dialog
      title={t('projects.create')}
      okText={t('projects.start')}
      cancelText={t('common:action.cancel')}
      confirmLoading={create.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      {create.error && <ErrorNotice error={create.error} />}
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ problemType: 'text-generation' }}
        onFinish={(values) => create.mutate(values)}
      >
        <Form.Item
          name="name"
          label={t('projects.name')}
          rules={[{ required: true, whitespace: true, message: t('projects.nameNeeded') }]}
        >
          <Input maxLength={120} autoFocus />
        </Form.Item>
        <Form.Item
          name="goal"
          label={t('projects.goal')}
          rules={[{ required: true, whitespace: true, message: t('projects.goalNeeded') }]}
        >
          <Input.TextArea rows={3} maxLength={2000} placeholder={t('projects.goalPlaceholder')} />
        </Form.Item>
        <Form.Item name="problemType" label={t('projects.problemType')} extra={t('projects.problemTypeHint')}>
          <Select options={PROBLEM_TYPES.map((value) => ({ value, label: t(`common:problemType.${value}`) }))} />
        </Form.Item>
      </Form>
    </Dialog>
  );
}
