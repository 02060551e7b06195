import { getSession, signIn, signOut } from '@greenlight/shared/across/governance/contract.ts';
import {
  joinByInvitation,
  openInvitation,
  signUpByInvitation,
} from '@greenlight/shared/across/governance/invitations-contract.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { Button, Form, Input, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/api-error.ts';
import { call } from '../../api/client.ts';
import { queryOf } from '../../api/query.ts';
import { useLanguage } from '../../i18n/language.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SignInFrame } from './components/sign-in-frame.tsx';

interface Values {
  name: string;
  email: string;
  password: string;
}

/** Where an invitation leads: sign in or create an account, and join the project. */
export function JoinPage() {
  const { t } = useTranslation(['members', 'governance', 'common']);
  const language = useLanguage();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { pathname, hash: token } = useLocation();
  const [hasAccount, setHasAccount] = useState(false);
  const invitation = useQuery({
    queryKey: [openInvitation.id, token],
    queryFn: () => call(openInvitation, { body: { token } }),
    // On the way into the project the address has no link any more.
    enabled: pathname === '/join',
    retry: false,
  });
  const session = useQuery({ ...queryOf(getSession, {}), retry: false });
  const account = session.data?.account;

  function enter({ projectId }: { readonly projectId: string }): void {
    queryClient.clear();
    router.history.push(`/projects/${projectId}`);
  }
  const join = useMutation({
    mutationFn: () => call(joinByInvitation, { body: { token } }),
    onSuccess: enter,
    onError: (failure) => {
      if (!(failure instanceof ApiError && failure.code === 'not-signed-in')) return;
      setHasAccount(true);
      void queryClient.resetQueries({ queryKey: [getSession.id] });
    },
  });
  const signUp = useMutation({
    mutationFn: (values: Values) =>
      call(signUpByInvitation, { body: { token, ...values, email: values.email.trim() } }),
    onSuccess: enter,
  });
  const signInAndJoin = useMutation({
    mutationFn: async ({ email, password }: Values) => {
      await call(signIn, { body: { email: email.trim(), password } });
      return call(joinByInvitation, { body: { token } });
    },
    onSuccess: enter,
  });
  const leave = useMutation({
    mutationFn: () => call(signOut, {}),
    onSuccess: () => queryClient.resetQueries({ queryKey: [getSession.id] }),
  });

  if (invitation.error)
    return (
      <SignInFrame heading={t('join.title')}>
        <div data-testid="invitation-refused">
          <ErrorNotice error={invitation.error} />
        </div>
      </SignInFrame>
    );
  if (!invitation.data || session.isPending)
    return (
      <SignInFrame heading={t('join.title')}>
        <p role="status">
          <Spin size="small" /> {t('join.opening')}
        </p>
      </SignInFrame>
    );
  const { project, roles, invitedBy, inviterName } = invitation.data;
  const name = project.localizedName === null ? project.name : inLanguage(project.localizedName, language);
  const entry = hasAccount ? signInAndJoin : signUp;
  const error = entry.error ?? join.error;
  return (
    <SignInFrame heading={t('join.title')}>
      <p data-testid="invitation">
        {t('join.to', {
          actor:
            inviterName === '' || inviterName === invitedBy
              ? invitedBy
              : t('join.inviter', { name: inviterName, address: invitedBy }),
          project: name,
          roles: roles.map((role) => t(`common:role.${role}`)).join(t('common:listOf.separator')),
        })}
      </p>
      {error && <ErrorNotice error={error} />}
      {account ? (
        <>
          <Button type="primary" block data-testid="join" loading={join.isPending} onClick={() => join.mutate()}>
            {t('join.as', { name: account.email })}
          </Button>
          <Button type="link" block loading={leave.isPending} onClick={() => leave.mutate()}>
            {t('join.other')}
          </Button>
        </>
      ) : (
        <Form<Values> layout="vertical" requiredMark={false} onFinish={(values) => entry.mutate(values)}>
          {!hasAccount && (
            <Form.Item
              name="name"
              label={t('name')}
              rules={[
                { required: true, whitespace: true, message: t('join.nameNeeded') },
                { pattern: /^[^@＠﹫]*$/, message: t('join.nameNoAddress') },
              ]}
            >
              <Input data-testid="join-name" autoComplete="name" maxLength={100} />
            </Form.Item>
          )}
          <Form.Item
            name="email"
            label={t('governance:signIn.email')}
            rules={[{ required: true, message: t('governance:signIn.emailNeeded') }]}
          >
            <Input data-testid="join-email" type="email" autoComplete="username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('governance:signIn.password')}
            extra={hasAccount ? undefined : t('governance:account.password.hint')}
            rules={[
              { required: true, message: t('governance:signIn.passwordNeeded') },
              ...(hasAccount ? [] : [{ min: 10, message: t('governance:account.password.tooShort') }]),
            ]}
          >
            <Input.Password
              data-testid="join-password"
              autoComplete={hasAccount ? 'current-password' : 'new-password'}
              maxLength={200}
            />
          </Form.Item>
          <Button data-testid="join-submit" type="primary" htmlType="submit" block loading={entry.isPending}>
            {t(hasAccount ? 'join.signIn' : 'join.create')}
          </Button>
          <Button type="link" block onClick={() => setHasAccount(!hasAccount)}>
            {t(hasAccount ? 'join.noAccount' : 'join.hasAccount')}
          </Button>
        </Form>
      )}
    </SignInFrame>
  );
}
