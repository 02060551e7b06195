import '../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { Localized } from './localized.tsx';

test('a text that is read from the right has its marks at its own end', () => {
  translationsIn('en');
  renderPart(<Localized text={{ en: 'هدف المشروع!' }} />);
  expect(screen.getByText('هدف المشروع!').dir).toBe('auto');
});
