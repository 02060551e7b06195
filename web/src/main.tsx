import 'antd/dist/reset.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/page.css';
import './styles/tables.css';
import './styles/parts.css';
import './styles/forms.css';
import './styles/charts.css';
import './styles/training.css';
import './styles/comparison.css';
import './styles/requirements.css';
import './styles/data.css';
import './styles/print.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import i18next from 'i18next';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { configureClient } from './api/client.ts';
import { createQueryClient } from './api/query-client.ts';
import { rememberedLanguage, useLanguage } from './i18n/language.ts';
import { startTranslations } from './i18n/start.ts';
import { markSessionEnd } from './frame/session.ts';
import { createAppRouter } from './routes.tsx';
import { AppearanceProvider, useAppearance } from './ui/appearance.tsx';
import { themeOf } from './ui/theme.ts';

startTranslations(rememberedLanguage());
const queryClient = createQueryClient();
const router = createAppRouter(queryClient);
configureClient({
  language: () => i18next.language,
  onSignedOut: () => {
    const { pathname, href } = router.state.location;
    // An invitation asks who is signed in, and goes on where nobody is.
    if (pathname === '/sign-in' || pathname === '/join') return;
    if (!markSessionEnd(queryClient))
      void router.navigate({ to: '/sign-in', search: { returnTo: href }, replace: true });
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function Themed() {
  const language = useLanguage();
  const { isDark } = useAppearance();
  return (
    <ConfigProvider
      theme={themeOf(isDark)}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <App component={false}>
        <RouterProvider router={router} />
      </App>
    </ConfigProvider>
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <AppearanceProvider>
      <QueryClientProvider client={queryClient}>
        <Themed />
      </QueryClientProvider>
    </AppearanceProvider>
  </StrictMode>,
);
