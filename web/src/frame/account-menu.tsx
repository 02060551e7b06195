import { UserOutlined } from '@ant-design/icons';
import { signOut, type Account } from '@greenlight/shared/across/governance/contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';

/** Who is signed in, with the way to their account and out. */
export function AccountMenu({ account }: { readonly account: Account }) {
  const { t } = useTranslation('frame');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const leave = useMutation({
    mutationFn: () => call(signOut, {}),
    onSettled: async () => {
      await navigate({ to: '/sign-in' });
      queryClient.clear();
    },
  });
  const items = [
    { key: 'settings', label: t('account.settings'), onClick: () => void navigate({ to: '/account' }) },
    { key: 'sign-out', label: t('account.signOut'), onClick: () => leave.mutate() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <Button
        type="text"
        icon={<UserOutlined />}
        loading={leave.isPending}
        aria-label={t('account.menu')}
        data-testid="account-menu"
      >
        <span className="wide-only account-name" title={account.name || account.email}>
          {account.name || account.email}
        </span>
      </Button>
    </Dropdown>
  );
}
