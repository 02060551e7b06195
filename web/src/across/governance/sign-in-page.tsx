import { signIn, signInWithLink } from '@greenlight/shared/across/governance/contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { Button, Form, Input, Spin } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SignInFrame } from './components/sign-in-frame.tsx';
import { safeReturn } from './safe-return.ts';

const route = getRouteApi('/sign-in');

interface Credentials {
  email: string;
  password: string;
}

/** Sign-in with a password, or at once by the one-time link that the first start prints. */
export function SignInPage() {
  const { t } = useTranslation('governance');
  const { link, returnTo } = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  const queryClient = useQueryClient();

  function enter(): void {
    queryClient.clear();
    router.history.push(safeReturn(returnTo));
  }
  const byPassword = useMutation({
    mutationFn: (body: Credentials) => call(signIn, { body: { ...body, email: body.email.trim() } }),
    onSuccess: enter,
  });
  const byLink = useMutation({
    mutationFn: (token: string) => call(signInWithLink, { body: { token } }),
    onSuccess: enter,
    // A used link must not stay in the address: reloading would only repeat the refusal.
    onError: () => void navigate({ search: { returnTo }, replace: true }),
  });
  const triedLink = useRef<string | null>(null);
  useEffect(() => {
    if (!link || triedLink.current === link) return;
    triedLink.current = link;
    byLink.mutate(link);
  }, [link, byLink]);

  if (link && !byLink.isError)
    return (
      <SignInFrame>
        <p role="status">
          <Spin size="small" /> {t('signIn.byLink')}
        </p>
      </SignInFrame>
    );
  const error = byPassword.error ?? byLink.error;
  return (
    <SignInFrame>
      {error && <ErrorNotice error={error} />}
      <Form<Credentials> layout="vertical" requiredMark={false} onFinish={(values) => byPassword.mutate(values)}>
        <Form.Item
          name="email"
          label={t('signIn.email')}
          validateTrigger="onBlur"
          rules={[
            { required: true, message: t('signIn.emailNeeded') },
            { type: 'email', transform: (value: string) => value.trim(), message: t('signIn.emailForm') },
          ]}
        >
          <Input data-testid="sign-in-email" type="email" autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('signIn.password')}
          rules={[{ required: true, message: t('signIn.passwordNeeded') }]}
        >
          <Input.Password data-testid="sign-in-password" autoComplete="current-password" />
        </Form.Item>
        <Button data-testid="sign-in-submit" type="primary" htmlType="submit" block loading={byPassword.isPending}>
          {t('signIn.submit')}
        </Button>
      </Form>
    </SignInFrame>
  );
}
