import { createContext, use, useEffect, useState, type ReactNode } from 'react';
import { APPEARANCES, type Appearance } from './theme.ts';

const STORAGE_KEY = 'greenlight.appearance';

interface AppearanceState {
  readonly appearance: Appearance;
  readonly isDark: boolean;
  readonly choose: (appearance: Appearance) => void;
}

const AppearanceContext = createContext<AppearanceState>({
  appearance: 'system',
  isDark: false,
  choose: () => undefined,
});

function remembered(): Appearance {
  const value = localStorage.getItem(STORAGE_KEY);
  return APPEARANCES.find((appearance) => appearance === value) ?? 'system';
}

/** Keeps the chosen appearance, follows the device where nothing was chosen, and marks the document for plain CSS. */
export function AppearanceProvider({ children }: { readonly children: ReactNode }) {
  const [appearance, setAppearance] = useState(remembered);
  const [deviceIsDark, setDeviceIsDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setDeviceIsDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const isDark = appearance === 'dark' || (appearance === 'system' && deviceIsDark);
  useEffect(() => {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
    document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  }, [isDark]);
  function choose(chosen: Appearance): void {
    localStorage.setItem(STORAGE_KEY, chosen);
    setAppearance(chosen);
  }
  return <AppearanceContext value={{ appearance, isDark, choose }}>{children}</AppearanceContext>;
}

/** The appearance of the page and the way to change it. */
export function useAppearance(): AppearanceState {
  return use(AppearanceContext);
}
