import { createInvitation, listInvitations } from '@greenlight/shared/across/governance/invitations-contract.ts';
import { PROJECT_ROLES, type ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { familyOf } from '../../../api/query.ts';
import { useIdempotentBody } from '../../../api/use-idempotent-body.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { SecretOnce } from './secret-once.tsx';

interface Values {
  roles: ProjectRole[];
  days: number;
  maximumUses: number;
}

const DAYS = [1, 7, 30, 90] as const;

interface Properties {
  readonly projectId: string;
  /** The role that is chosen until somebody chooses another. */
  readonly usualRole: ProjectRole;
  readonly onClose: () => void;
}

/** Makes an invitation and shows its link this once. */
export function InvitationForm({ projectId, usualRole, onClose }: Properties) {
  const { t } = useTranslation(['members', 'common']);
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Values>();
  // Asked again after a lost reply, the same invitation comes with another link instead of a second invitation.
  const bodyOf = useIdempotentBody((values: Values) => values);
  const create = useMutation({
    mutationFn: (values: Values) => call(createInvitation, { params: { projectId }, body: bodyOf(values) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: familyOf(listInvitations) }),
  });
  if (create.data)
    return (
      <SecretOnce
        title={t('link.title')}
        warning={t('link.once')}
        understood={t('link.understood')}
        // Behind the hash: a browser sends that part to no server and no log.
        secret={`${window.location.origin}/join#${create.data.token}`}
        testId="invitation-link"
        onClose={onClose}
      />
    );
  return (
    <Dialog
      title={t('invite')}
      okText={t('link.make')}
      cancelText={t('common:action.cancel')}
      confirmLoading={create.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      {create.error && <ErrorNotice error={create.error} />}
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ roles: [usualRole], days: 7, maximumUses: 1 }}
        onFinish={(values) => create.mutate(values)}
      >
        <Form.Item
          name="roles"
          label={t('roles')}
          rules={[{ required: true, type: 'array', min: 1, message: t('rolesNeeded') }]}
        >
          <Checkbox.Group
            className="stacked"
            options={PROJECT_ROLES.map((value) => ({ value, label: t(`common:role.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="days" label={t('validFor')}>
          <Select options={DAYS.map((count) => ({ value: count as number, label: t('days', { count }) }))} />
        </Form.Item>
        <Form.Item name="maximumUses" label={t('maximumUses')}>
          <InputNumber min={1} max={100} precision={0} />
        </Form.Item>
      </Form>
    </Dialog>
  );
}
