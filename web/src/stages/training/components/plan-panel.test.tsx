import '../../../testing/browser-stubs.ts';
import type { DatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { plannedRun } from '../../../testing/planned-run.ts';
import { renderLinked } from '../../../testing/render-linked.tsx';
import { sentBody } from '../../../testing/sent-body.ts';
import { translationsIn } from '../../../testing/translations.ts';
import { PlanPanel } from './plan-panel.tsx';

const VERSION = { id: '01a20a76-a2a3-7a62-8176-708ce0b86c35', splits: { sameAsTraining: false } } as DatasetVersion;
const request = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('en');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

function show(plans: readonly object[], values: object = runConfiguration.parse({})): void {
  request.mockImplementation(async () => Response.json({ plans }));
  renderLinked(<PlanPanel projectId="p" values={values} version={VERSION} />);
}

test('the settings are planned on the chosen version, with interval, worker, energy and cost', async () => {
  show([plannedRun()]);
  const sentence = await screen.findByTestId('plan-sentence');
  expect(sentence.textContent).toMatch(/^About .+ \(.+ to .+\) on one, in .+ of memory\.$/);
  expect(sentBody(request)).toMatchObject({ datasetVersionId: VERSION.id, configuration: { dModel: 512 } });
  expect(screen.getByText(/estimated/)).toBeTruthy();
  expect(screen.getAllByText(/EUR/)).toHaveLength(2);
  expect(screen.queryByTestId('plan-memory-warning')).toBeNull();
  expect(screen.getByTestId('plan-note').textContent).toContain('no run of like size has finished there yet');
  expect(screen.getByTestId('plan-rates').querySelector('a')?.getAttribute('href')).toBe('/governance/workers');
  expect(screen.getByTestId('plan-assumptions').textContent).toContain('Batches were drawn');
});

test('a device that nothing is known of and a busy worker are said', async () => {
  show([plannedRun({}, { device: 'webgpu', state: 'busy' })]);
  const note = (await screen.findByTestId('plan-note')).textContent;
  expect(note).toContain('Rough: this device was not measured');
  expect(note).toContain('this one begins after it');
});

test('more memory than the worker has, and days of work, are warned of with what to change', async () => {
  show([plannedRun({ epochs: 10_000 }, { memoryBytes: 1e8 })]);
  const warning = await screen.findByTestId('plan-memory-warning');
  expect(warning.textContent).toContain('Make batches smaller');
});

test('a run of more than a day says so', async () => {
  const plan = plannedRun();
  const total = { value: 2 * 86_400_000, low: 86_400_000, high: 3 * 86_400_000 };
  show([{ ...plan, time: { ...plan.time, total } }]);
  expect(await screen.findByText('The run would take 2 d 0 h.')).toBeTruthy();
});

test('without a measured worker only memory is said; incomplete settings are not asked about', async () => {
  show([plannedRun({}, { calibration: null })]);
  expect((await screen.findByTestId('plan-sentence')).textContent).toContain('time cannot be planned yet');
  request.mockClear();
  show([], { ...runConfiguration.parse({}), heads: 7 });
  expect(await screen.findByText('Complete the settings to see what the run will take.')).toBeTruthy();
  expect(request).not.toHaveBeenCalled();
});
