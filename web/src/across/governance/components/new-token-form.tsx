import { createToken, listTokens } from '@greenlight/shared/across/governance/contract.ts';
import { TOKEN_SCOPES, type TokenScope } from '@greenlight/shared/api/define-route.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { familyOf } from '../../../api/query.ts';
import { useIdempotentBody } from '../../../api/use-idempotent-body.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { SecretOnce } from './secret-once.tsx';

interface Values {
  name: string;
  scopes: TokenScope[];
  validDays: number;
}

const VALID_DAYS = [7, 30, 90, 365] as const;
const NO_END = 0;
const DAY_MS = 86_400_000;

/** Makes a token and shows its secret this once. */
export function NewTokenForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['governance', 'common']);
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Values>();
  // Asked again after a lost reply, the same token comes with another secret instead of a second token.
  const bodyOf = useIdempotentBody(({ name, scopes, validDays }: Values) => ({
    name,
    scopes,
    expiresAt: validDays === NO_END ? null : new Date(Date.now() + validDays * DAY_MS).toISOString(),
  }));
  const create = useMutation({
    mutationFn: (values: Values) => call(createToken, { body: bodyOf(values) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: familyOf(listTokens) }),
  });
  if (create.data)
    return (
      <SecretOnce
        title={t('tokens.secret', { name: create.data.summary.name })}
        warning={t('tokens.once')}
        understood={t('tokens.understood')}
        secret={create.data.token}
        testId="token-secret"
        onClose={onClose}
      />
    );
  return (
    <Dialog
      title={t('tokens.create')}
      okText={t('tokens.create')}
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
        initialValues={{ scopes: ['read'], validDays: 90 }}
        onFinish={(values) => create.mutate(values)}
      >
        <Form.Item
          name="name"
          label={t('tokens.name')}
          rules={[{ required: true, whitespace: true, message: t('tokens.nameNeeded') }]}
        >
          <Input maxLength={100} placeholder={t('tokens.namePlaceholder')} autoFocus />
        </Form.Item>
        <Form.Item
          name="scopes"
          label={t('tokens.scopes')}
          rules={[{ required: true, type: 'array', min: 1, message: t('tokens.scopesNeeded') }]}
        >
          <Checkbox.Group
            className="stacked"
            options={TOKEN_SCOPES.map((value) => ({ value, label: t(`tokens.scope.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="validDays" label={t('tokens.expires')}>
          <Select
            options={[
              ...VALID_DAYS.map((count) => ({ value: count as number, label: t('tokens.days', { count }) })),
              { value: NO_END, label: t('tokens.never') },
            ]}
          />
        </Form.Item>
      </Form>
    </Dialog>
  );
}
