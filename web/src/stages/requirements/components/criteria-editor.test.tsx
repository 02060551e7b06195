import '../../../testing/browser-stubs.ts';
import type { ProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import type { Criterion, RequirementContent } from '@greenlight/shared/stages/requirements/contract.ts';
import { criteriaIssues } from '@greenlight/shared/stages/requirements/rules.ts';
import { fireEvent, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { requirementVersion } from '../../../testing/requirement-version.ts';
import { translationsIn } from '../../../testing/translations.ts';
import { CriteriaEditor } from './criteria-editor.tsx';

const changed = vi.fn<(criteria: readonly Criterion[]) => void>();

const data: ProjectTasks = { hasData: true, tasks: [{ name: 'severity', kind: 'value', items: 80 }] };

function Surroundings({ first }: { readonly first: RequirementContent }) {
  const [content, setContent] = useState(first);
  const onChange = (criteria: Criterion[]) => {
    changed(criteria);
    setContent({ ...content, criteria });
  };
  return <CriteriaEditor content={content} issues={criteriaIssues(content, data)} data={data} onChange={onChange} />;
}

beforeEach(() => {
  changed.mockClear();
  translationsIn('en');
  renderPart(<Surroundings first={requirementVersion()} />);
});

const click = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

function enter(label: string, text: string): void {
  const input = screen.getByLabelText(label);
  fireEvent.change(input, { target: { value: text } });
  fireEvent.blur(input);
}

test('a threshold that cannot be is refused beside its field while it is typed', () => {
  click(/^Edit Recall/);
  enter('Threshold', '90');
  expect(
    screen.getByText(/lies between 0 and 1; 90 can never be measured. Is 0.9 meant, which is 90 %\?/),
  ).toBeTruthy();
  for (const typed of ['0.95', '0,95', '95%']) {
    enter('Threshold', '');
    expect(changed.mock.lastCall?.[0][0]?.threshold).toBeNaN();
    enter('Threshold', typed);
    expect(screen.queryByText(/can never be measured/)).toBeNull();
    expect(changed.mock.lastCall?.[0][0]?.threshold).toBe(0.95);
    expect(screen.getByLabelText<HTMLInputElement>('Threshold').value).toBe('0.95');
  }
});

test('two criteria that contradict each other name one another, open or closed', () => {
  click('Add a criterion');
  const [, added] = screen.getAllByRole('listitem').filter((item) => item.querySelector('.criterion-line'));
  expect(added?.textContent).toContain('not finished');
  expect(changed.mock.lastCall?.[0]).toHaveLength(2);
  expect(changed.mock.lastCall?.[0][1]).toMatchObject({
    metric: 'f1-macro',
    operator: '>=',
    unit: '',
    decisionMode: 'interval',
  });
  expect(changed.mock.lastCall?.[0][1]?.threshold).toBeNaN();
  enter('Threshold', '0.85');
  enter('Items needed', '20');
  expect(within(added!).getByText(/F1 \(macro\) is shaky below 100 items/)).toBeTruthy();
  click(/^Done: F1/);
  expect(within(added!).getByText(/F1 \(macro\) is shaky below 100 items/)).toBeTruthy();
});

test('a criterion names a further task of the data, and one that no data answers is refused beside its field', () => {
  click(/^Edit Recall/);
  const field = () => screen.getByLabelText('Task');
  fireEvent.change(field(), { target: { value: 'tone' } });
  expect(screen.getByText(/No data version of the project answers a task “tone”; they answer “severity”/)).toBeTruthy();
  fireEvent.change(field(), { target: { value: 'severity' } });
  expect(changed.mock.lastCall?.[0][0]?.task).toBe('severity');
  expect(screen.getByText(/Items answer “severity” with a number an item, for which Recall/)).toBeTruthy();
  fireEvent.change(field(), { target: { value: '' } });
  expect('task' in (changed.mock.lastCall?.[0][0] ?? {})).toBe(false);
});

test('a criterion can be removed', () => {
  click(/^Remove Recall/);
  expect(changed.mock.lastCall?.[0]).toEqual([]);
  expect(screen.getByText(/No criterion yet/)).toBeTruthy();
});

test('a reason can be written in both languages, and an emptied one is left out', () => {
  click(/^Edit Recall/);
  click(/Add it in Chinese/);
  enter('Reason, in Chinese', '漏掉会伤害用户。');
  expect(changed.mock.lastCall?.[0][0]?.reason).toEqual({ en: 'Missed abuse reaches people.', zh: '漏掉会伤害用户。' });
  enter('Reason', '');
  expect(changed.mock.lastCall?.[0][0]?.reason).toEqual({ zh: '漏掉会伤害用户。' });
  enter('Reason, in Chinese', '');
  expect(screen.getByLabelText('Reason, in Chinese')).toBeTruthy();
});
