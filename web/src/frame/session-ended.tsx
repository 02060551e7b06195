import { signIn, type Account } from '@greenlight/shared/across/governance/contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { useSessionEnded } from './session.ts';

/** Above menus and dialogs that were open. */
const ABOVE_ALL = 2000;

/** Asks the same person to sign in again where their session has ended; the page beneath keeps what was entered, unseen meanwhile. */
export function SessionEnded({ account }: { readonly account: Account }) {
  const { t } = useTranslation('frame');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const isShown = useSessionEnded();
  const enter = useMutation({
    mutationFn: async ({ password }: { password: string }) => {
      await call(signIn, { body: { email: account.email, password } });
      // What was refused while nobody was signed in must not come in after that.
      await queryClient.cancelQueries();
      await queryClient.invalidateQueries();
    },
  });
  async function leave(): Promise<void> {
    await navigate({ to: '/sign-in' });
    queryClient.clear();
  }
  if (!isShown) return null;
  return (
    <Dialog
      title={t('sessionEnded.title')}
      closable={false}
      footer={null}
      keyboard={false}
      mask={{ closable: false }}
      zIndex={ABOVE_ALL}
      styles={{ mask: { background: 'var(--ground)' } }}
    >
      <p>{t('sessionEnded.text', { email: account.email })}</p>
      {enter.error && <ErrorNotice error={enter.error} />}
      <Form<{ password: string }> layout="vertical" requiredMark={false} onFinish={(values) => enter.mutate(values)}>
        <input hidden readOnly autoComplete="username" value={account.email} />
        <Form.Item
          name="password"
          label={t('sessionEnded.password')}
          rules={[{ required: true, message: t('sessionEnded.passwordNeeded') }]}
        >
          <Input.Password data-testid="session-password" autoComplete="current-password" autoFocus />
        </Form.Item>
        <span className="notice-actions">
          <Button data-testid="session-enter" type="primary" htmlType="submit" loading={enter.isPending}>
            {t('sessionEnded.enter')}
          </Button>
          <Button data-testid="session-leave" type="text" onClick={() => void leave()}>
            {t('sessionEnded.leave')}
          </Button>
        </span>
      </Form>
    </Dialog>
  );
}
