import { BulbFilled, BulbOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAppearance } from './appearance.tsx';
import { APPEARANCES } from './theme.ts';

/** Chooses light, dark or as the device, and remembers it. */
export function ThemeSwitch() {
  const { t } = useTranslation('frame');
  const { appearance, isDark, choose } = useAppearance();
  const items = APPEARANCES.map((key) => ({ key, label: t(`appearance.${key}`), onClick: () => choose(key) }));
  return (
    <Dropdown menu={{ items, selectable: true, selectedKeys: [appearance] }} trigger={['click']}>
      <Button
        type="text"
        data-testid="theme-switch"
        aria-label={t('appearance.label')}
        title={t('appearance.label')}
        icon={isDark ? <BulbFilled /> : <BulbOutlined />}
      />
    </Dropdown>
  );
}
