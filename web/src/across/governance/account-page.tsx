import { getSession, listTokens, setPassword } from '@greenlight/shared/across/governance/contract.ts';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { familyOf, pagesOf, queryOf } from '../../api/query.ts';
import { useChoices } from '../../api/use-choices.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useNow } from '../../ui/use-now.ts';
import { stateOfToken } from './token-state.ts';

interface Values {
  email?: string;
  currentPassword?: string;
  newPassword: string;
  repeated: string;
  revokeTokens?: boolean;
}

const FEWEST_CHARACTERS = 10;

function PasswordForm({ hasPassword, email }: { readonly hasPassword: boolean; readonly email: string }) {
  const { t } = useTranslation(['governance', 'common']);
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Values>();
  const now = useNow(60_000);
  const tokens = useChoices(
    { ...pagesOf(listTokens, { query: { limit: 100 } }), enabled: hasPassword, staleTime: 0 },
    // All are named, however many have ended since.
    { fits: (token) => stateOfToken(token, now) === 'active', isEnough: () => false },
  );
  const acting = tokens.items ?? [];
  const save = useMutation({
    mutationFn: ({ email: chosen, currentPassword, newPassword, revokeTokens = true }: Values) =>
      call(setPassword, {
        body: {
          newPassword,
          revokeTokens,
          ...(chosen ? { email: chosen.trim() } : {}),
          ...(currentPassword ? { currentPassword } : {}),
        },
      }),
    onSuccess: async () => {
      form.resetFields();
      for (const route of [getSession, listTokens]) await queryClient.invalidateQueries({ queryKey: familyOf(route) });
    },
  });
  return (
    <Panel title={t(hasPassword ? 'account.password.change' : 'account.password.set')}>
      {save.error && <ErrorNotice error={save.error} />}
      {save.isSuccess && <Alert type="success" showIcon role="status" title={t('account.password.saved')} />}
      <Form<Values>
        form={form}
        className="narrow-form"
        layout="vertical"
        requiredMark={false}
        initialValues={hasPassword ? {} : { email }}
        onFinish={(values) => save.mutate(values)}
      >
        {hasPassword ? (
          <Form.Item
            name="currentPassword"
            label={t('account.password.current')}
            rules={[{ required: true, message: t('account.password.currentNeeded') }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
        ) : (
          <Form.Item
            name="email"
            label={t('account.password.email')}
            rules={[
              { required: true, message: t('signIn.emailNeeded') },
              { type: 'email', message: t('signIn.emailForm') },
            ]}
          >
            <Input type="email" autoComplete="username" />
          </Form.Item>
        )}
        <Form.Item
          name="newPassword"
          label={t('account.password.new')}
          extra={t('account.password.hint')}
          rules={[{ required: true, min: FEWEST_CHARACTERS, message: t('account.password.tooShort') }]}
        >
          <Input.Password autoComplete="new-password" maxLength={200} />
        </Form.Item>
        <Form.Item
          name="repeated"
          label={t('account.password.repeat')}
          dependencies={['newPassword']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                value === getFieldValue('newPassword')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('account.password.different'))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" maxLength={200} />
        </Form.Item>
        {hasPassword && acting.length > 0 && (
          <Form.Item
            name="revokeTokens"
            valuePropName="checked"
            initialValue
            extra={
              <>
                {t('account.password.tokens', { count: acting.length })}
                <span data-raw>{acting.map(({ name }) => name).join(t('common:listOf.separator'))}</span>
              </>
            }
          >
            <Checkbox>{t('account.password.revokeTokens', { count: acting.length })}</Checkbox>
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t(hasPassword ? 'account.password.change' : 'account.password.set')}
        </Button>
      </Form>
    </Panel>
  );
}

/** The person who is signed in, and their password. */
export function AccountPage() {
  const { t } = useTranslation('governance');
  const { account } = useSuspenseQuery(queryOf(getSession, {})).data;
  return (
    <Page
      title={t('account.title')}
      documentTitle={t('account.title')}
      verdict={
        <>
          {t('account.verdict', { name: account.name || account.email })} {account.isAdmin && t('account.roleAdmin')}
        </>
      }
    >
      <PasswordForm hasPassword={account.hasPassword} email={account.email} />
    </Page>
  );
}
