import { theme as antdTheme, type ThemeConfig } from 'antd';

/** How the page looks; `system` follows the device. */
export const APPEARANCES = ['light', 'dark', 'system'] as const;

/** A choice of appearance. */
export type Appearance = (typeof APPEARANCES)[number];

const FONT =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

const COMMON = {
  fontFamily: FONT,
  fontSize: 14,
  borderRadius: 6,
  sizeUnit: 4,
  sizeStep: 4,
  controlHeight: 32,
  wireframe: false,
  boxShadow: 'none',
  boxShadowTertiary: 'none',
} as const;

const LIGHT: ThemeConfig = {
  algorithm: antdTheme.defaultAlgorithm,
  token: {
    ...COMMON,
    colorPrimary: '#2a52be',
    colorInfo: '#2a52be',
    colorLink: '#2a52be',
    colorSuccess: '#14713d',
    colorSuccessBg: '#e2f4e8',
    colorSuccessBorder: '#9fd3b4',
    colorWarning: '#8a5a00',
    colorWarningBg: '#fff6e0',
    colorWarningBorder: '#e6c98a',
    colorError: '#b3261e',
    colorText: '#1b1f24',
    colorTextSecondary: '#4a5159',
    colorTextTertiary: '#5b636c',
    colorTextQuaternary: '#666e77',
    colorTextPlaceholder: '#666e77',
    colorTextDescription: '#535b64',
    colorTextDisabled: '#666e77',
    colorBgLayout: '#f6f7f9',
    colorBgContainer: '#ffffff',
    colorBorder: '#c9ced6',
    colorBorderSecondary: '#e3e6eb',
  },
};

const DARK: ThemeConfig = {
  algorithm: antdTheme.darkAlgorithm,
  token: {
    ...COMMON,
    colorPrimary: '#4f7df0',
    colorInfo: '#8fb0ff',
    colorLink: '#8fb0ff',
    colorSuccess: '#57c785',
    colorWarning: '#e0ac4c',
    colorError: '#ff8a80',
    colorText: '#e8eaee',
    colorTextSecondary: '#b6bcc6',
    colorTextTertiary: '#a4abb6',
    colorTextQuaternary: '#979fab',
    colorTextPlaceholder: '#979fab',
    colorTextDescription: '#a9b0bb',
    colorTextDisabled: '#979fab',
    colorBgLayout: '#101318',
    colorBgContainer: '#171b21',
    colorBgElevated: '#1e232b',
    colorBorder: '#3a424e',
    colorBorderSecondary: '#2a3038',
  },
};

/** The one theme of the product: neutral greys, one accent, green, amber and red for verdicts only. */
export function themeOf(isDark: boolean): ThemeConfig {
  const chosen = isDark ? DARK : LIGHT;
  return {
    ...chosen,
    components: {
      Layout: {
        headerBg: chosen.token?.colorBgContainer ?? '',
        siderBg: chosen.token?.colorBgContainer ?? '',
        headerHeight: 56,
      },
      Button: isDark
        ? {
            colorPrimary: '#3d68d8',
            colorPrimaryHover: '#4672e2',
            defaultHoverColor: '#8fb0ff',
            defaultHoverBorderColor: '#8fb0ff',
            defaultActiveColor: '#8fb0ff',
            defaultActiveBorderColor: '#8fb0ff',
          }
        : {},
      Tabs: isDark ? { itemSelectedColor: '#8fb0ff', itemHoverColor: '#8fb0ff', itemActiveColor: '#8fb0ff' } : {},
      Table: { headerBg: chosen.token?.colorBgLayout ?? '' },
      Segmented: isDark
        ? { trackBg: '#2a3038', itemSelectedBg: '#4a5462' }
        : { trackBg: '#dfe3ea', itemSelectedBg: '#ffffff' },
    },
  };
}
