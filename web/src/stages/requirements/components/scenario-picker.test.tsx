import '../../../testing/browser-stubs.ts';
import type { RequirementContent } from '@greenlight/shared/stages/requirements/contract.ts';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { requirementVersion } from '../../../testing/requirement-version.ts';
import { translationsIn } from '../../../testing/translations.ts';
import { ScenarioPicker } from './scenario-picker.tsx';

const onPick = vi.fn<(content: RequirementContent) => void>();
const onClose = vi.fn<() => void>();
afterEach(() => vi.resetAllMocks());

test('what a scenario brings and what it replaces is said before it is taken', () => {
  translationsIn('en');
  renderPart(<ScenarioPicker content={requirementVersion()} onPick={onPick} onClose={onClose} />);
  fireEvent.click(screen.getByRole('radio', { name: 'Something else' }));
  expect(screen.getByText(/It also brings 1 risk, 3 questions to users, and/)).toBeTruthy();
  fireEvent.click(screen.getByRole('radio', { name: 'Medical imaging' }));
  expect(screen.getByText(/Slice gap ≤ 0.03 on “scanner”/)).toBeTruthy();
  expect(screen.getByText('This replaces what is written: the kind of problem, all criteria, all risks.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Replace with this' }));
  const picked = onPick.mock.calls[0]?.[0];
  expect(picked).toMatchObject({ scenario: 'medical-imaging', problemType: 'image-classification' });
  expect(picked?.goal).toEqual(requirementVersion().goal);
});

test('an untouched draft is filled without a warning, and the catalogue speaks Chinese', () => {
  translationsIn('zh');
  const empty = requirementVersion({ scenario: 'other', criteria: [], risks: [] });
  renderPart(<ScenarioPicker content={empty} onPick={onPick} onClose={onClose} />);
  fireEvent.click(screen.getByRole('radio', { name: '内容审核' }));
  expect(screen.getByText(/召回率（宏平均） ≥ 0.9/)).toBeTruthy();
  expect(screen.queryByText(/这会替换/)).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: '从空白开始' }));
  expect(onClose).toHaveBeenCalledOnce();
  expect(onPick).not.toHaveBeenCalled();
});
