import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import '../../../testing/browser-stubs.ts';
import { renderPart } from '../../../testing/render.tsx';
import { EvidenceValue } from './evidence-value.tsx';

const SHA256 = '0123456789abcdef'.repeat(4);
const item = {
  ...{ label: { en: 'Decision matrix version 1' }, value: `SHA-256 ${SHA256}`, unit: '', interval: null },
  ...{ verdict: null, source: null },
};

test('a timeline shows the beginning of a checksum and the whole on hover, a decision the whole', () => {
  const { unmount } = renderPart(<EvidenceValue item={item} isShort />);
  expect(document.body.textContent).toBe('SHA-256 0123456789ab');
  expect(screen.getByTitle(SHA256)).toBeTruthy();
  unmount();
  renderPart(<EvidenceValue item={item} />);
  expect(document.body.textContent).toBe(`SHA-256 ${SHA256}`);
});
