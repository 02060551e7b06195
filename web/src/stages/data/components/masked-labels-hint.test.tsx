import '../../../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { MaskedLabelsHint } from './masked-labels-hint.tsx';

beforeEach(() => translationsIn('en'));

test('the letters behind a masked label are explained with those of the label', () => {
  renderPart(<MaskedLabelsHint labels={['fine', '[EMAIL] hcpdbajo']} />);
  expect(screen.getByTestId('masked-labels').textContent).toContain('“hcpdbajo”');
});

test('nothing is explained where no label is masked', () => {
  renderPart(<MaskedLabelsHint labels={['fine', 'hidden abcdefgh', '[EMAIL]']} />);
  expect(screen.queryByTestId('masked-labels')).toBeNull();
});
